({
  /** What is out of shape in the page and the open panel, once it had time to follow the window. */
  async shape() {
    let found = this.misshapen();
    for (let frame = 0; found.length && frame < 60; frame += 1) {
      await new Promise(requestAnimationFrame);
      found = this.misshapen();
    }
    return found;
  },

  misshapen() {
    const { scrollWidth, clientWidth } = document.documentElement;
    const found = scrollWidth > clientWidth ? ["the page scrolls sideways"] : [];
    const panel = this.root().querySelector(".panel");
    if (!panel || !this.isSeen(panel)) return found;
    if (document.hasFocus() && !this.root().activeElement) found.push("the focus is lost");
    return [...found, ...this.beyond(panel), ...this.covered(panel)];
  },

  /** Nothing may stick out of the panel, nor the panel out of the window. */
  beyond(panel) {
    const near = 1.5, box = panel.getBoundingClientRect();
    const fits = box.left >= -near && box.top >= -near && box.right <= innerWidth + near && box.bottom <= innerHeight + near;
    const found = fits ? [] : [`the panel does not fit the window: ${JSON.stringify(box)}`];
    for (const node of panel.querySelectorAll("*")) {
      if (!this.isSeen(node) || node.closest("pre, svg, .hidden")) continue;
      const { left, right } = node.getBoundingClientRect();
      if (left < box.left - near || right > box.right + near) found.push(`${this.name(node)} sticks out of the panel`);
      const { overflowX, textOverflow } = getComputedStyle(node);
      if (overflowX !== "visible" && textOverflow !== "ellipsis" && node.scrollWidth > node.clientWidth + near)
        found.push(`${this.name(node)} scrolls or cuts sideways`);
    }
    return found;
  },

  /** What does not scroll must be there to be pressed; only an open menu may lie over it. */
  covered(panel) {
    const found = [];
    for (const node of panel.querySelectorAll("button, textarea, input, a, select")) {
      if (!this.isSeen(node) || this.scrolls(node)) continue;
      const [{ left, top, width, height }] = node.getClientRects();
      const hit = this.root().elementFromPoint(left + width / 2, top + height / 2);
      const isHit = hit && (node.contains(hit) || [...(node.labels ?? [])].some((label) => label.contains(hit)));
      if (!isHit && !hit?.closest('[role="menu"]'))
        found.push(`${this.name(node)} is covered by ${hit ? this.name(hit) : "nothing: it is out of sight"}`);
    }
    return found;
  },

  /** Where the focus is in the chat, and whether one sees it; null when it is elsewhere. */
  focused() {
    const node = this.root().activeElement;
    if (!node) return null;
    const { outlineStyle, outlineWidth } = getComputedStyle(node);
    const { top, bottom, left, width } = node.getBoundingClientRect();
    const hit = this.root().elementFromPoint(left + width / 2, (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2);
    return {
      name: this.name(node),
      hasRing: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2,
      isInSight: bottom > 0 && top < innerHeight && !!hit && (node.contains(hit) || hit.contains(node)),
    };
  },

  scrolls(node) {
    for (let box = node.parentElement; box; box = box.parentElement)
      if (/auto|scroll/.test(getComputedStyle(box).overflowY)) return true;
    return false;
  },

  root: () => document.querySelector("kulanz-chat").shadowRoot,
  isSeen: (node) => node.checkVisibility({ visibilityProperty: true }) && node.getBoundingClientRect().width > 1,
  name: (node) => node.dataset.testid ?? `${node.localName}.${node.className}`,
})
