// Draws a figure as a PNG for paper: the app's own face, twice the pixels, nothing from the network but our own server.
let loading;

function plotly(url) {
  if (!url) return Promise.resolve(window.Plotly); // already on the page
  loading ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = url;
    script.onload = () => done(window.Plotly);
    script.onerror = () => { loading = undefined; failed(new Error(`no answer from ${url}`)); };
    document.head.append(script);
  });
  return loading;
}

async function asDataUrl(url) {
  const blob = await (await fetch(url)).blob();
  return new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.readAsDataURL(blob);
  });
}

/** A Blob of type image/png. `fontUrl` is the face of the text: a picture knows no fonts but those inside it. */
export async function paperPicture(figure, { plotlyUrl, fontUrl, width, scale = 2 }) {
  const Plotly = await plotly(plotlyUrl);
  const height = figure.layout.height ?? 360;
  const face = fontUrl ? `@font-face{font-family:"Source Sans";font-weight:200 900;src:url(${await asDataUrl(fontUrl)})}` : "";
  if (face) { // measured with the same face as it is drawn with
    const style = document.createElement("style");
    style.textContent = face;
    document.head.append(style);
    await Promise.all([document.fonts.load('13px "Source Sans"'), document.fonts.load('bold 15px "Source Sans"')]);
  }
  const svg = await Plotly.toImage(figure, { format: "svg", width, height, imageDataOnly: true });
  const picture = new Image();
  picture.src = URL.createObjectURL(
    new Blob([svg.replace(/(<svg[^>]*>)/, `$1<style>${face}</style>`)], { type: "image/svg+xml" }));
  await picture.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width * scale, height * scale];
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#FFFFFF";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(picture.src);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}
