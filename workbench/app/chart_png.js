// A quiet button that saves the chart it belongs to as a PNG, drawn in this browser.
export default function (component) {
  const { data, parentElement } = component;
  const button = parentElement.querySelector("button");
  button.setAttribute("aria-label", `${data.figure_title} as PNG`);
  button.onclick = async () => {
    button.disabled = true;
    try {
      const ours = (name) => new URL(`/charts/${name}`, location.origin).href; // this script itself has no address
      const { paperPicture } = await import(ours("paper_picture.js"));
      const shown = document.querySelector(`.st-key-${data.chart} .js-plotly-plot`);
      const png = await paperPicture(data.figure, {
        plotlyUrl: ours("plotly.min.js"), fontUrl: ours("face.woff2"), scale: data.scale,
        width: Math.max(data.least_width, shown?.clientWidth ?? 0),
      });
      const link = document.createElement("a");
      link.href = URL.createObjectURL(png);
      link.download = data.file_name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // the browser has read it long before
      button.title = "";
    } catch (error) {
      button.title = `The picture could not be made: ${error.message}`;
      button.classList.add("wrong");
    } finally {
      button.disabled = false;
    }
  };
}
