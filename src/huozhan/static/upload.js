// Shows how far a file has gone up, in forms that hold a [data-upload]. Without it the form posts as forms do.
document.addEventListener("change", (event) => {
  const box = event.target.closest?.("[data-upload]");
  if (box) box.querySelector("[data-upload-name]").textContent = [...event.target.files].map((file) => file.name).join(", ");
});

for (const type of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(type, (event) => {
    const drop = event.target.closest?.(".upload-drop");
    if (!drop) return;
    event.preventDefault();
    drop.classList.toggle("over", type === "dragover");
    if (type !== "drop") return;
    const input = drop.querySelector("input");
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

// fetch cannot tell how much has been sent, so this is an XMLHttpRequest; the answer page replaces this one.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const bar = form.querySelector("[data-upload] progress");
  if (!bar || event.defaultPrevented) return;
  event.preventDefault();
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.upload.addEventListener("progress", ({ loaded, total }) => (bar.value = (loaded / total) * 100));
  request.addEventListener("load", () => {
    if (request.responseURL && request.responseURL !== form.action) return location.assign(request.responseURL);
    const main = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("main");
    if (!main) return stop();
    document.querySelector("main").replaceWith(main);
    main.querySelector("[data-focus]")?.focus();
  });
  const stop = () => {
    bar.hidden = true;
    form.dispatchEvent(new CustomEvent("huozhan:not-sent", { bubbles: true }));
  };
  request.addEventListener("error", stop);
  bar.hidden = false;
  request.send(new FormData(form, event.submitter));
});
