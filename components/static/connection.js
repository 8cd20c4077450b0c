// A banner while the socket is down, a short word when it is back. NiceGUI itself reconnects, and reloads when it was too long.

const PATIENCE = 1200; // shorter cuts are not worth a word

export default {
  template: `
    <div class="connection" role="status" aria-live="polite">
      <div v-if="state" class="connection-box" :class="state">
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><use :href="state === 'back' ? backIcon : lostIcon"></use></svg>
        <span><strong>{{ words[state] }}</strong> <span v-if="state === 'lost'">{{ words.kept }}</span></span>
      </div>
    </div>`,
  props: { words: Object, lostIcon: String, backIcon: String },
  data() {
    return { state: "" };
  },
  mounted() {
    this.offline = () => this.lost();
    this.online = () => window.socket?.connected && this.back();
    window.addEventListener("offline", this.offline);
    window.addEventListener("online", this.online);
    this.listen();
  },
  unmounted() {
    window.removeEventListener("offline", this.offline);
    window.removeEventListener("online", this.online);
    clearTimeout(this.timer);
  },
  methods: {
    listen() {
      if (!window.socket) return setTimeout(() => this.listen(), 50); // NiceGUI opens it after its components are there
      window.socket.on("disconnect", this.lost);
      window.socket.on("connect", this.back);
    },
    lost() {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => (this.state = "lost"), PATIENCE);
    },
    back() {
      clearTimeout(this.timer);
      if (this.state !== "lost") return;
      this.state = "back";
      this.timer = setTimeout(() => (this.state = ""), 3000);
    },
  },
};
