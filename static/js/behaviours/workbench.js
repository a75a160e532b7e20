// The workbench asks for its parts every minute, but only while somebody looks: [data-when-visible] waits for the tab.

document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.detail.elt.matches("[data-when-visible]")) event.preventDefault();
});
