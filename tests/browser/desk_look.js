({
  /** What does not fit the window sideways, once the page had time to follow it. */
  async sideways() {
    let found = this.misfits();
    for (let frame = 0; found.length && frame < 30; frame += 1) {
      await new Promise(requestAnimationFrame);
      found = this.misfits();
    }
    return found;
  },

  misfits() {
    const { scrollWidth, clientWidth } = document.documentElement;
    const found = scrollWidth > clientWidth + 1 ? [`the page scrolls sideways: ${scrollWidth} in ${clientWidth}`] : [];
    for (const node of document.querySelectorAll("body *")) {
      if (!this.isSeen(node) || this.isCut(node)) continue;
      const { left, right } = node.getBoundingClientRect();
      if (right > clientWidth + 1.5 || left < -1.5) found.push(`${this.name(node)} sticks out: ${Math.round(left)} to ${Math.round(right)}`);
    }
    return found.slice(0, 8);
  },

  /** Where the focus is, and whether one sees it; null when it is nowhere. */
  focused() {
    const node = document.activeElement;
    if (!node || node === document.body) return null;
    const shown = node.matches("input[type=radio], input[type=checkbox]") ? (node.closest("label") ?? node) : node;
    const rings = [node, shown].map((one) => getComputedStyle(one));
    const { top, bottom, left, right, width, height } = node.getBoundingClientRect();
    const x = (Math.max(left, 0) + Math.min(right, innerWidth)) / 2, y = (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2;
    const hit = document.elementFromPoint(x, y);
    return {
      name: this.name(node),
      hasRing: rings.some(({ outlineStyle, outlineWidth, boxShadow }) =>
        (outlineStyle !== "none" && parseFloat(outlineWidth) >= 1) || boxShadow !== "none"),
      over: hit ? this.name(hit) : "nothing",
      isInSight: width > 0 && height > 0 && bottom > 0 && top < innerHeight && !!hit &&
        (node.contains(hit) || hit.contains(node) || [...(node.labels ?? [])].some((label) => label.contains(hit))),
    };
  },

  /** Inside something that scrolls or cuts sideways by design. */
  isCut(node) {
    for (let box = node.parentElement; box && box !== document.body; box = box.parentElement)
      if (getComputedStyle(box).overflowX !== "visible") return true;
    return false;
  },

  isSeen: (node) => node.checkVisibility({ visibilityProperty: true }) && node.getBoundingClientRect().width > 1
    && !node.closest(".hidden, .visually-hidden, svg") && getComputedStyle(node).clipPath === "none",
  name: (node) => node.dataset.testid ?? `${node.localName}.${node.className}`,
})
