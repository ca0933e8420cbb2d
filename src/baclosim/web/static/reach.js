// A table or figure that is wider than its place is reached and scrolled by keys; one that fits is no stop on the way.
(() => {
  const fitted = new ResizeObserver((entries) => {
    for (const place of entries.map((entry) => entry.target.closest(".scroll"))) {
      if (place.scrollWidth > place.clientWidth) {
        place.tabIndex = 0;
        place.setAttribute("role", "region");
        place.setAttribute("aria-label", `${place.querySelector("table") ? "Table" : "Figure"}, scrolls sideways`);
      } else {
        ["tabindex", "role", "aria-label"].forEach((name) => place.removeAttribute(name));
      }
    }
  });
  const watch = (node) => node.querySelectorAll?.(".scroll, .scroll > table").forEach((one) => fitted.observe(one));
  const added = new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) watch(node.parentElement || node);
  });
  addEventListener("DOMContentLoaded", () => {
    watch(document);
    added.observe(document.body, { childList: true, subtree: true });
  });
})();
