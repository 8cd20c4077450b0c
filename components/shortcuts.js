// Hears the keys of the portal's shortcuts, by their place on the keyboard, unless somebody writes or a dialog is open.

const PATIENCE = 1500; // ms within which the second key of a pair follows the first
const OFF = "portal-single-keys-off";
const WRITING = "input, textarea, select, [contenteditable]:not([contenteditable='false'])";
const SIGNS = { "Slash": "/", "Shift+Slash": "?" }; // these stand elsewhere in some layouts

export default {
  template: `<span hidden></span>`,
  props: { commands: { type: Array, default: () => [] } },
  emits: ["run", "single_keys"],
  mounted() {
    this.begun = "";
    this.single = !localStorage.getItem(OFF);
    if (!this.single) this.$emit("single_keys", { on: false });
    this.hear = (event) => this.pressed(event);
    document.addEventListener("keydown", this.hear);
  },
  unmounted() {
    document.removeEventListener("keydown", this.hear);
    clearTimeout(this.timer);
  },
  methods: {
    pressed(event) {
      if (event.defaultPrevented || event.repeat || event.isComposing || event.altKey) return;
      if (["Shift", "Control", "Meta"].includes(event.key)) return;
      const mod = event.ctrlKey || event.metaKey;
      if (!mod && (!this.single || this.isWriting(event.target))) return;
      if (document.querySelector("dialog:modal, .q-dialog")) return;
      const press = `${mod ? "Mod+" : ""}${event.shiftKey ? "Shift+" : ""}${event.code}`;
      const begun = this.begun;
      this.begin("");
      const found = (begun && this.find(`${begun} ${press}`, event)) || this.find(press, event);
      if (found) {
        event.preventDefault();
        this.run(found);
      } else if (this.commands.some((command) => command.keys.some((keys) => keys.startsWith(`${press} `)))) {
        this.begin(press);
      }
    },
    count_single_keys(on) {
      this.single = on;
      on ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1");
    },
    isWriting(target) {
      const field = target.closest?.(WRITING);
      return Boolean(field && !["checkbox", "radio", "button", "submit"].includes(field.type)) || Boolean(target.closest?.("[popover]"));
    },
    find(press, event) {
      const sign = !event.ctrlKey && !event.metaKey && Object.keys(SIGNS).find((keys) => SIGNS[keys] === event.key);
      return this.commands.find((command) => command.keys.includes(sign || press));
    },
    begin(press) {
      clearTimeout(this.timer);
      this.begun = press;
      if (press) this.timer = setTimeout(() => (this.begun = ""), PATIENCE);
    },
    run(command) {
      window.portalRun(command, (name) => this.$emit("run", name));
    },
  },
};

/** Do a command: press what it names, follow its address, let a script of the page have it, or else tell the server. */
window.portalRun = (command, tell) => {
  if (command.press) return press([...document.querySelectorAll(command.press)].find((one) => one.offsetParent || one.closest("[popover]")));
  if (command.href) return follow(command.href);
  if (document.dispatchEvent(new CustomEvent(`portal:${command.name}`, { cancelable: true }))) tell(command.name);
};

function press(control) {
  if (!control) return;
  if (control.matches("input, textarea, select")) {
    control.focus();
    control.scrollIntoView({ block: "nearest" });
    try {
      control.showPicker?.();
    } catch {
      // the focus is what matters
    }
  } else {
    control.scrollIntoView({ block: "nearest" }); // what it opens hangs from it
    control.click();
  }
}

function follow(href) {
  const link = document.createElement("a");
  link.href = href;
  link.hidden = true;
  document.body.append(link);
  link.click();
  link.remove();
}
