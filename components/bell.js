// The bell: a count, a list of what happened, the count in the page's title, and the browser's own notifications.
import { Ago, Avatar } from "ticket-parts";

const COUNTED = /^\(\d+\+?\) /;

export default {
  components: { Ago, Avatar },
  inheritAttrs: false,
  props: { notices: { type: Array, default: () => [] }, unread: Number, count: String, label: String, words: Object, language: String, icons: Object, site: String },
  emits: ["read", "read_all"],
  template: `
    <div class="bell" :id="$attrs.id">
      <button ref="button" type="button" class="bell-button" :popovertarget="panel" aria-haspopup="dialog" :aria-expanded="open ? 'true' : 'false'" :aria-label="label" :title="words.title">
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><use :href="icons.bell"></use></svg>
        <span v-if="unread" class="count" aria-hidden="true">{{ count }}</span>
      </button>
      <p class="visually-hidden" role="status">{{ said }}</p>
      <div popover ref="panel" :id="panel" class="bell-panel" role="dialog" :aria-label="words.title" @toggle="toggled">
        <div class="bell-head">
          <span class="bell-title" aria-hidden="true">{{ words.title }}</span>
          <button v-if="unread" type="button" class="button quiet dense" @click="readAll">
            <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><use :href="icons.check"></use></svg>{{ words.read_all }}
          </button>
        </div>
        <ul v-if="notices.length" class="bell-list" tabindex="0" :aria-label="words.list">
          <li v-for="notice in notices" :key="notice.id">
            <a :href="notice.href" class="bell-notice" :class="{ unread: notice.unread, urgent: notice.urgent }" @click="go(notice)">
              <Avatar v-if="notice.person" :person="notice.person" />
              <span v-else class="bell-icon"><svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><use :href="notice.icon"></use></svg></span>
              <span class="bell-text">
                <span class="bell-what"><strong>{{ notice.who }}</strong> · <svg v-if="notice.internal" class="icon" viewBox="0 0 24 24" aria-hidden="true"><use :href="icons.lock"></use></svg>{{ notice.what }}</span>
                <span class="bell-ticket">{{ notice.ticket }} {{ notice.subject }}</span>
                <span class="bell-when"><Ago :at="notice.at" :language="language" :just-now="words.just_now" /></span>
              </span>
              <span v-if="notice.unread" class="bell-dot" role="img" :aria-label="words.unread"></span>
            </a>
          </li>
        </ul>
        <div v-else class="bell-empty">
          <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><use :href="icons.bell"></use></svg>
          <p>{{ words.empty }}</p>
        </div>
        <div v-if="permission === 'default' || permission === 'denied'" class="bell-foot">
          <button v-if="permission === 'default'" type="button" class="button dense" @click="allow">{{ words.allow }}</button>
          <p v-else>{{ words.denied }}</p>
        </div>
      </div>
    </div>`,
  data() {
    return { open: false, said: "", permission: window.Notification?.permission ?? "missing" };
  },
  computed: {
    panel() {
      return `${this.$attrs.id}-panel`;
    },
  },
  watch: {
    count() {
      this.title();
    },
  },
  mounted() {
    this.titles = new MutationObserver(() => this.title());
    this.titles.observe(document.querySelector("title"), { childList: true });
    this.left = () => this.$refs.panel.hidePopover();
    window.addEventListener("popstate", this.left);
    this.title();
  },
  unmounted() {
    this.titles.disconnect();
    window.removeEventListener("popstate", this.left);
  },
  methods: {
    title() {
      const plain = document.title.replace(COUNTED, "");
      const wanted = this.unread ? `(${this.count}) ${plain}` : plain;
      if (document.title !== wanted) document.title = wanted;
    },
    toggled(event) {
      this.open = event.newState === "open";
      this.permission = window.Notification?.permission ?? "missing";
      const at = this.$refs.button.getBoundingClientRect();
      const panel = this.$refs.panel;
      panel.style.top = `${at.bottom + 6}px`;
      panel.style.left = `${Math.max(8, Math.min(at.right - panel.offsetWidth, innerWidth - panel.offsetWidth - 8))}px`;
    },
    go(notice) {
      if (notice.unread) this.$emit("read", { id: notice.id });
      this.$refs.panel.hidePopover();
    },
    readAll() {
      this.$emit("read_all");
      this.$refs.button.focus();
    },
    async allow() {
      this.permission = await Notification.requestPermission();
    },
    /** What came just now: said aloud, and shown by the browser while nobody looks at the page. */
    ring(fresh) {
      const last = fresh.at(-1);
      this.said = `${last.who}: ${last.what}, ${last.ticket}`;
      if (!document.hidden || window.Notification?.permission !== "granted") return;
      for (const notice of fresh.slice(-3)) this.show(notice);
    },
    show(notice) {
      try {
        const shown = new Notification(`${notice.who} · ${notice.what}`, { body: `${notice.ticket} ${notice.subject}`, tag: `notice-${notice.id}`, lang: this.language, icon: "/favicon.ico" });
        shown.onclick = () => {
          window.focus();
          shown.close();
          window.portalRun({ href: notice.href });
          this.$emit("read", { id: notice.id });
        };
      } catch {
        // some phones allow it to service workers alone
      }
    },
  },
};
