// The belts map: provinces shaded by how many goods they have, belts as dots that lead to their pages. The list beside it says the same.
import { MapChart, ScatterChart } from "echarts/charts";
import { GeoComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

echarts.use([MapChart, ScatterChart, GeoComponent, TooltipComponent, CanvasRenderer]);

const place = document.getElementById("belts-map");
const colour = (name) => getComputedStyle(place).getPropertyValue(name).trim();

function shades(provinces) {
  const most = Math.max(1, ...provinces.map((one) => one.n));
  return provinces.map((one) => ({
    name: one.name,
    href: one.href,
    label: one.label,
    itemStyle: { areaColor: colour("--map-full"), opacity: 0.25 + 0.75 * Math.sqrt(one.n / most) },
  }));
}

function dots(belts) {
  return belts.map((one) => ({ name: one.name, value: [...one.at, one.n], href: one.href, label: one.label }));
}

function drawn(told) {
  const most = Math.max(1, ...told.belts.map((one) => one.n));
  return {
    animation: false,
    textStyle: { fontFamily: getComputedStyle(place).fontFamily },
    tooltip: { renderMode: "richText", confine: true, formatter: ({ data, name }) => (data && data.label) || name },
    geo: { map: "china", roam: false, top: 8, bottom: 8, left: 8, right: 8, silent: true, itemStyle: { opacity: 0 } },
    series: [
      {
        type: "map",
        map: "china",
        geoIndex: undefined,
        top: 8,
        bottom: 8,
        left: 8,
        right: 8,
        selectedMode: false,
        data: shades(told.provinces),
        itemStyle: { areaColor: colour("--map-land"), borderColor: colour("--map-line"), borderWidth: 0.6 },
        emphasis: { label: { show: false }, itemStyle: { areaColor: colour("--map-lit") } },
      },
      {
        type: "scatter",
        coordinateSystem: "geo",
        z: 3,
        data: dots(told.belts),
        symbolSize: ([, , n]) => 7 + 13 * Math.sqrt(n / most),
        itemStyle: { color: colour("--map-dot"), borderColor: colour("--map-land"), borderWidth: 1 },
        emphasis: { scale: 1.3 },
      },
    ],
  };
}

if (place) {
  const told = JSON.parse(place.dataset.told);
  fetch(place.dataset.shape)
    .then((answer) => answer.json())
    .then((shape) => {
      for (const one of shape.features) one.properties.name = told.names[one.id] || one.properties.name;
      echarts.registerMap("china", shape);
      place.hidden = false;
      const chart = echarts.init(place);
      chart.setOption(drawn(told));
      chart.on("click", ({ data }) => data && data.href && window.location.assign(data.href));
      new ResizeObserver(() => chart.resize()).observe(place);
    });
}
