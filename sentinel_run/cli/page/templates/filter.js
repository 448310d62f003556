// Everything is there without this: it only hides lines of the output that lack what is typed.
(() => {
  const tools = document.getElementById("filter");
  if (!tools) return;
  const [input, told] = [tools.querySelector("input"), tools.querySelector("output")];
  const lines = Array.from(document.querySelectorAll("#lines > li"));
  const texts = lines.map((line) => line.lastElementChild.textContent.toLowerCase());
  input.addEventListener("input", () => {
    const wanted = input.value.toLowerCase();
    let shown = 0;
    lines.forEach((line, at) => {
      line.hidden = !texts[at].includes(wanted);
      shown += line.hidden ? 0 : 1;
    });
    told.textContent = wanted ? `${shown} of ${lines.length}` : "";
  });
  tools.hidden = false;
})();
