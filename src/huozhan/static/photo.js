// Search by a photo from the search box: pressing the camera opens the picker (on a phone also the camera), and a picture
// may be pasted or dropped. Without it the camera leads to a page with a form.
const ADDRESS = "/search/photo";
const SIDE_MAX = 1600;
const SMALL_BYTES = 1_500_000;

const camera = document.querySelector(".searchbox [data-photo]");
const token = camera?.dataset.token;

// A camera's photo is made smaller before it is sent; what the browser cannot read goes as it is and is judged there.
async function smaller(file) {
  if (file.size <= SMALL_BYTES) return file;
  try {
    const image = await createImageBitmap(file, { imageOrientation: "from-image" });
    const share = Math.min(1, SIDE_MAX / Math.max(image.width, image.height));
    const canvas = new OffscreenCanvas(Math.round(image.width * share), Math.round(image.height * share));
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await canvas.convertToBlob({ type: "image/jpeg", quality: 0.85 });
  } catch {
    return file;
  }
}

async function send(file) {
  const form = new FormData();
  form.set("csrf", token);
  camera.setAttribute("aria-busy", "true");
  form.set("photo", await smaller(file), "photo");
  try {
    const answer = await fetch(ADDRESS, { method: "POST", body: form });
    if (answer.redirected && answer.ok) return location.assign(answer.url);
    const main = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
    if (main) document.querySelector("main").replaceWith(main);
    main?.querySelector("[data-focus]")?.focus();
  } catch {
    location.assign(ADDRESS);
  } finally {
    camera.removeAttribute("aria-busy");
  }
}

function first(files) {
  return [...(files ?? [])].find((file) => file.type.startsWith("image/"));
}

if (token) {
  const input = document.createElement("input");
  Object.assign(input, { type: "file", accept: "image/jpeg,image/png,image/webp", hidden: true });
  document.body.append(input);
  input.addEventListener("change", () => {
    const file = first(input.files);
    input.value = "";
    if (file) send(file);
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-photo]") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    input.click();
  });
  document.addEventListener("paste", (event) => {
    // A picture that is pasted into a conversation or an offer belongs there.
    const form = event.target.closest?.("form");
    if (form && form !== camera.closest("form")) return;
    const file = first(event.clipboardData?.files);
    if (!file) return;
    event.preventDefault();
    send(file);
  });
  const box = camera.closest(".searchbox");
  box.addEventListener("dragover", (event) => event.preventDefault());
  box.addEventListener("drop", (event) => {
    const file = first(event.dataTransfer?.files);
    if (!file) return;
    event.preventDefault();
    send(file);
  });
}
