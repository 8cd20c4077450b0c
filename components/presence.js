// Who else is here; and that this window is looked at, as long as it is.
import { Avatar } from "ticket-parts";

const AGAIN = 30000; // ms; the server forgets a window that is silent for three times as long

export default {
  components: { Avatar },
  props: { people: { type: Array, default: () => [] }, label: String },
  emits: ["here", "away"],
  template: `
    <ul v-show="people.length" class="presence" :aria-label="label" aria-live="off">
      <li v-for="one in people" :key="one.key" :class="{ writes: one.writes }"><Avatar :person="one.person" /><span>{{ one.text }}</span></li>
    </ul>`,
  mounted() {
    this.look = () => this.$emit(document.hidden ? "away" : "here");
    document.addEventListener("visibilitychange", this.look);
    window.socket?.on("connect", this.look);
    this.timer = setInterval(() => document.hidden || this.$emit("here"), AGAIN);
    if (!document.hidden) this.$emit("here");
  },
  unmounted() {
    document.removeEventListener("visibilitychange", this.look);
    window.socket?.off("connect", this.look);
    clearInterval(this.timer);
  },
};
