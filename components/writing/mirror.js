// What was typed and not yet kept by the server, in this browser: it survives a lost connection, an ended session, a closed window.

export class Mirror {
  constructor(user, place) {
    this.name = place ? `portal-unsaved:${user}:${place}` : null; // without a place nothing is kept
    this.count = 0;
    this.waiting = {}; // name of a value → number of its newest change
  }

  /** The values that a former page left behind, by name. */
  read() {
    if (!this.name) return {};
    try {
      const kept = JSON.parse(localStorage.getItem(this.name));
      return kept && typeof kept === "object" ? kept : {};
    } catch {
      return {};
    }
  }

  /** Keep a value until the server has it; the number under which the server confirms it. */
  keep(name, value) {
    this.waiting[name] = ++this.count;
    this.write({ ...this.read(), [name]: value });
    return this.count;
  }

  /** The server has these changes; what was changed again since stays. */
  confirm(changes) {
    const kept = this.read();
    for (const [name, number] of Object.entries(changes)) {
      if (this.waiting[name] !== number) continue;
      delete this.waiting[name];
      delete kept[name];
    }
    this.write(kept);
  }

  get isEmpty() {
    return Object.keys(this.waiting).length === 0;
  }

  clear() {
    this.waiting = {};
    this.write({});
  }

  write(values) {
    if (!this.name) return;
    try {
      if (Object.keys(values).length) localStorage.setItem(this.name, JSON.stringify(values));
      else localStorage.removeItem(this.name);
    } catch {
      // a full or forbidden storage: the server's draft is still there
    }
  }
}
