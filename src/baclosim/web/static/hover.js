// What a chart says where the pointer is: each quantity with its unit, and its bands where there are any.
window.hover = (() => {
  const escaped = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

  // numbers that stand together have as many decimals as the largest needs for three digits
  const alike = (...numbers) => {
    const largest = Math.max(...numbers.map(Math.abs));
    const decimals = largest < 1e-6 ? 0 : Math.min(Math.max(2 - Math.floor(Math.log10(largest)), 0), 6);
    const format = new Intl.NumberFormat("en", { maximumFractionDigits: decimals });
    return numbers.map((x) => format.format(x).replaceAll(",", "\u202f").replace(/^-(?=.*[1-9])/, "−").replace(/^-/, ""));
  };

  // what one line says: median and, where they are drawn, the ends of its bands, all in rows of the same table
  const told = (p, line) => {
    const [low, width] = line.between || [], [least, most] = line.known || [];
    const found = [p.value[p.encode.y[0]]];
    if (line.between) found.push(p.value[low], p.value[low] + p.value[width]);
    if (line.known) found.push(p.value[least], p.value[most]);
    const [median, ...ends] = alike(...found);
    const span = (has) => (has ? `${ends.shift()} to ${ends.shift()}` : "");
    return [p.marker + escaped(line.name), `<b>${median}</b> ${escaped(line.unit)}`, span(line.between), span(line.known)];
  };

  const course = (unit, lines) => (params) => {
    const shown = params.filter((p) => lines[p.seriesIndex]);
    if (!shown.length) return "";
    const has = (band) => shown.some((p) => lines[p.seriesIndex][band]);
    const heads = ["", has("between") || has("known") ? "median" : "", "5 to 95 %", "typical, 95 %"];
    const kept = [true, true, has("between"), has("known")];
    const row = (cells, tag) => `<tr>${cells.filter((_, i) => kept[i]).map((c) => `<${tag}>${c}</${tag}>`).join("")}</tr>`;
    const rows = shown.map((p) => row(told(p, lines[p.seriesIndex]), "td"));
    const time = `${alike(params[0].axisValue)[0]} ${unit}`;
    return `<table class="hover"><caption>${time}</caption>${row(heads, "th")}${rows.join("")}</table>`;
  };

  return { course, value: (unit) => (x) => `${alike(x)[0]} ${unit}` };
})();
