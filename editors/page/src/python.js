// Python with archspec, in a browser's worker or in node: questions in, replies out.
import { instance } from "@viz-js/viz";

// given: loadPyodide, options for it, archive (a promise of bytes: archspec.bin, a zip in gzip), kept, linked.
// told(text): what is being done. Gives {ask(question) → reply, write(file, text), pyodide}.
export async function boot({ loadPyodide, options, archive, kept, linked }, told = () => {}) {
  told("loading Python…");
  const graphviz = new Graphviz();
  const [pyodide, packed] = await Promise.all([loadPyodide({ ...options, packages: [] }), archive, graphviz.ready]);
  const unzipped = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  told("loading archspec…");
  const folder = pyodide.runPython("import site; site.getsitepackages()[0]");
  pyodide.unpackArchive(await new Response(unzipped).arrayBuffer(), "zip", { extractDir: folder });
  const playground = pyodide.pyimport("archspec.live.playground");
  playground.start((text) => graphviz.layOut(text), JSON.stringify({ kept: kept ?? {}, linked: linked ?? null }));
  return {
    pyodide,
    ask: (question) => JSON.parse(playground.ask(JSON.stringify(question))),
    write: (file, text) => playground.write(file, text),
  };
}

class Graphviz {
  constructor() {
    this.#begin();
  }

  #begin() {
    this.ready = instance().then((found) => { this.found = found; });
  }

  layOut(text) {
    let result;
    try {
      result = this.found.render(text, { engine: "dot", format: "json0" });
    } catch (error) {
      this.#begin();  // what has crashed once may be in any state
      throw new Error(String(error?.message ?? error));
    }
    if (result.status === "success") return result.output;
    throw new Error(result.errors.map((each) => each.message).join("; ") || "no reason was given");
  }
}
