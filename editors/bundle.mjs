// node bundle.mjs OPTIONS: esbuild with options as JSON; writes as JSON which files went in.
import { build } from "esbuild";

const { metafile } = await build({ ...JSON.parse(process.argv[2]), metafile: true, logLevel: "warning" });
process.stdout.write(JSON.stringify(Object.keys(metafile.inputs)));
