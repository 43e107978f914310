"use strict";
const root = document.documentElement;
const prefersDark = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : prefersDark.matches);
document.getElementById("theme").addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; });
for (const button of document.querySelectorAll("button.size")) {
  button.addEventListener("click", () => {
    const large = button.closest("figure").classList.toggle("large");
    button.textContent = large ? "Smaller" : "Larger";
  });
}
