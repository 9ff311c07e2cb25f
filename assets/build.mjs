// Builds what src/huozhan/static serves from pinned packages: stylesheet, icon sprite, third-party scripts, VERSIONS.md.
import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";

const here = new URL(".", import.meta.url);
const at = (path) => new URL(path, here).pathname;
const out = (name) => at(`../src/huozhan/static/${name}`);
const packageOf = (name) => JSON.parse(readFileSync(at(`node_modules/${name}/package.json`), "utf8"));

function buildSprite() {
  const wanted = readFileSync(at("icons.txt"), "utf8").split("\n").filter((line) => line && !line.startsWith("#"));
  const symbols = wanted.map((line) => {
    const [ours, theirs] = line.split("=");
    const svg = readFileSync(at(`node_modules/lucide-static/icons/${theirs}.svg`), "utf8");
    const shapes = svg.replace(/<!--.*?-->/gs, "").match(/<svg[^>]*>(.*)<\/svg>/s)[1];
    return `<symbol id="${ours}" viewBox="0 0 24 24">${shapes.replace(/\s+/g, " ").replace(/ ?\/> ?/g, "/>").trim()}</symbol>`;
  });
  const brand = readFileSync(at("brand.svg"), "utf8").match(/<symbol.*<\/symbol>/s)[0];
  writeFileSync(out("icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">\n${brand}\n${symbols.join("\n")}\n</svg>\n`);
}

function buildStylesheet() {
  execFileSync(at("node_modules/.bin/tailwindcss"), ["-i", "app.css", "-o", out("app.css"), "--minify"], {
    cwd: at("."),
    stdio: ["ignore", "ignore", "inherit"],
  });
}

function copyScripts() {
  copyFileSync(at("node_modules/htmx.org/dist/htmx.min.js"), out("htmx.min.js"));
  copyFileSync(at("motifs.svg"), out("motifs.svg"));
  copyFileSync(at("node_modules/echarts-4/map/json/china.json"), out("china.json"));
}

function bundleMap() {
  execFileSync(at("node_modules/.bin/esbuild"), [
    "belts.js", "--bundle", "--minify", "--format=esm", "--legal-comments=none", `--outfile=${out("belts.js")}`,
  ], { cwd: at("."), stdio: ["ignore", "ignore", "inherit"] });
}

function writeVersions() {
  const row = (file, name, use) => {
    const { version, license } = packageOf(name);
    const sum = createHash("sha256").update(readFileSync(out(file))).digest("hex");
    return `| \`${file}\` | ${name} ${version} | ${license} | ${use} | \`${sum}\` |`;
  };
  const rows = [
    row("htmx.min.js", "htmx.org", "copied unchanged"),
    row("icons.svg", "lucide-static", "chosen icons, joined into one sprite with our own mark"),
    row("belts.js", "echarts", "the parts for one map, bundled with our own few lines"),
    row("china.json", "echarts-4", "outlines of the provinces, copied unchanged"),
    row("app.css", "tailwindcss", "generated"),
    row("app.css", "daisyui", "component styles inside the generated file"),
  ];
  writeFileSync(
    out("VERSIONS.md"),
    `# Third-party parts in this folder\n\nWritten by \`bin/assets\`; every other file here is our own.\n\n` +
      `| File | From | Licence | How | sha256 of the file |\n|---|---|---|---|---|\n${rows.join("\n")}\n`,
  );
}

buildSprite();
copyScripts();
bundleMap();
buildStylesheet();
writeVersions();
