// The conversation of a ticket: comments and what happened between them, newest at the bottom. Data in, patches after.
import { Ago, Avatar, Files, Icon, clock, still } from "ticket-parts";

export default {
  components: { Ago, Avatar, Files, Icon },
  props: {
    items: Array, words: Object, language: String, sprite: String,
    last: Number, // the newest event there is
    read: Number, // the newest event that the reader had seen before they came
    ticket: String,
  },
  emits: ["seen", "edit", "remove_file"],
  data() {
    return {
      list: this.sorted(this.items),
      newest: this.last,
      mark: this.read,
      reported: 0,
      editing: null,
      text: "",
      saving: false,
      problem: "",
      said: "",
      below: 0,
      missed: false, // what is new was there already when they came
      view: "talk",
      flash: null,
    };
  },
  template: `
    <section class="conversation" aria-labelledby="conversation-title">
      <header class="conversation-head">
        <h2 id="conversation-title">{{ view === 'talk' ? words.title : words.history }}</h2>
        <div class="segments" role="group" :aria-label="words.show">
          <button type="button" class="segment" :aria-pressed="String(view === 'talk')" @click="view = 'talk'"><Icon name="message-circle" :sprite="sprite" />{{ words.talk }}</button>
          <button type="button" class="segment" :aria-pressed="String(view === 'history')" @click="view = 'history'"><Icon name="history" :sprite="sprite" />{{ words.history }}</button>
        </div>
      </header>
      <p class="visually-hidden" role="status" aria-live="polite">{{ said }}</p>
      <p v-if="view === 'talk' && !talk.length" class="conversation-empty">{{ words.empty }}</p>
      <ol class="feed" v-if="view === 'talk'">
        <template v-for="item in talk" :key="item.key">
          <li v-if="item.key === firstNew" class="new-mark"><span>{{ words.new }}</span></li>
          <li v-if="item.kind === 'event'" class="feed-event" :id="item.anchor">
            <Icon :name="item.icon" :sprite="sprite" />
            <span class="feed-event-text">{{ item.text }}<template v-if="item.who"> · {{ item.who }}</template></span>
            <Ago :at="item.at" :language="language" :just-now="words.just_now" />
          </li>
          <li v-else class="comment" :class="{ note: item.internal, mine: item.mine, staff: item.author.staff, flash: flash === item.anchor }" :id="item.anchor" tabindex="-1">
            <article :aria-label="item.label">
              <header class="comment-head">
                <Avatar :person="item.author" />
                <span class="comment-author">{{ item.author.name }}</span>
                <span v-if="item.author.title" class="comment-role">{{ item.author.title }}</span>
                <span v-if="item.internal" class="note-mark"><Icon name="lock" :sprite="sprite" />{{ words.note }}</span>
                <span class="comment-when">
                  <span v-if="item.edited" class="comment-edited" :title="item.edited">{{ words.edited }}</span>
                  <a class="link quiet" :href="'#' + item.anchor" :aria-label="words.link_to" @click.prevent="link(item)"><Ago :at="item.at" :language="language" :just-now="words.just_now" /></a>
                  <button v-if="canEdit(item) && editing !== item.id" type="button" class="button quiet icon-only dense comment-edit" :aria-label="words.edit" :title="words.edit" @click="edit(item)"><Icon name="pencil" :sprite="sprite" /></button>
                </span>
              </header>
              <div v-if="editing === item.id" class="comment-editor">
                <label class="visually-hidden" :for="'edit-' + item.id">{{ words.edit }}</label>
                <textarea :id="'edit-' + item.id" ref="editor" class="input" rows="5" v-model="text" maxlength="100000" @keydown="keys" :aria-describedby="problem ? 'edit-problem' : null" :aria-invalid="problem ? 'true' : null"></textarea>
                <p v-if="problem" id="edit-problem" class="field-error" role="alert"><Icon name="circle-alert" :sprite="sprite" />{{ problem }}</p>
                <div class="comment-editor-bar">
                  <span class="field-hint">{{ words.edit_until }} {{ item.editable.clock }}</span>
                  <button type="button" class="button quiet dense" @click="stop">{{ words.cancel }}</button>
                  <button type="button" class="button primary dense" :disabled="!text.trim() || saving" :aria-busy="saving ? 'true' : null" @click="save">{{ words.save }}</button>
                </div>
              </div>
              <div v-else class="prose" v-html="item.html"></div>
              <Files :files="item.files" :sprite="sprite" :words="words" @remove="key => $emit('remove_file', { key })" />
            </article>
          </li>
        </template>
      </ol>
      <ol class="chronicle" v-else>
        <li v-for="item in history" :key="item.key">
          <Icon :name="item.icon" :sprite="sprite" />
          <span>{{ item.text }}<template v-if="item.who"> · {{ item.who }}</template><span v-if="item.internal" class="note-mark"><Icon name="lock" :sprite="sprite" />{{ words.note }}</span></span>
          <time :datetime="item.at.iso">{{ item.at.exact }}</time>
        </li>
      </ol>
      <button v-if="below" type="button" class="button primary dense news" @click="toNews"><Icon name="arrow-down" :sprite="sprite" />{{ words.news }}</button>
    </section>`,
  computed: {
    talk() {
      return this.list.filter((item) => item.kind !== "event" || item.inline);
    },
    history() {
      return this.list.filter((item) => item.kind === "event");
    },
    firstNew() {
      const first = this.talk.findIndex((item) => item.event > this.mark && !item.mine);
      return first > 0 ? this.talk[first].key : null; // where all is new, a mark above it says nothing
    },
  },
  watch: {
    items(items) {
      this.list = this.sorted(items);
    },
  },
  mounted() {
    this.attention = () => this.look();
    document.addEventListener("visibilitychange", this.attention);
    window.addEventListener("focus", this.attention);
    window.addEventListener("hashchange", (this.jumped = () => this.jump()));
    window.addEventListener("scroll", (this.scrolled = () => this.below && this.atEnd() && (this.below = 0)), { passive: true, capture: true });
    this.$nextTick(() => {
      this.jump();
      if (this.firstNew && !location.hash && !this.atEnd()) Object.assign(this, { below: 1, missed: true }); // it may lie far below the form
      this.look();
    });
  },
  unmounted() {
    document.removeEventListener("visibilitychange", this.attention);
    window.removeEventListener("focus", this.attention);
    window.removeEventListener("hashchange", this.jumped);
    window.removeEventListener("scroll", this.scrolled, { capture: true });
  },
  methods: {
    sorted: (items) => [...items].sort((a, b) => a.order - b.order || a.event - b.event),
    patch({ changed, removed, last, say }) {
      const settle = still(this.$el, () => {
        const byKey = new Map(this.list.map((item) => [item.key, item]));
        const fresh = changed.filter((item) => !byKey.has(item.key) && !item.mine && (item.kind !== "event" || item.inline));
        changed.forEach((item) => byKey.set(item.key, item));
        removed.forEach((key) => byKey.delete(key));
        this.list = this.sorted(byKey.values());
        this.newest = Math.max(this.newest, last);
        if (say) this.said = say;
        if (fresh.length && !this.atEnd()) this.below += fresh.length;
      });
      this.$nextTick(() => {
        settle();
        this.look();
      });
    },
    atEnd() {
      const feed = this.$el.querySelector(".feed");
      return !feed || feed.getBoundingClientRect().bottom <= window.innerHeight + 40;
    },
    toNews() {
      this.view = "talk";
      this.below = 0;
      const wanted = this.missed ? ".new-mark + *" : ".feed > :last-child";
      this.missed = false;
      this.$nextTick(() => this.$el.querySelector(wanted)?.scrollIntoView({ block: "center", behavior: "smooth" }));
    },
    look() {
      if (document.visibilityState !== "visible") {
        this.mark = Math.max(this.mark, this.reported); // what comes while nobody looks is new when they come back
        return;
      }
      if (this.newest > this.reported) {
        this.reported = this.newest;
        this.$emit("seen", { event: this.newest });
      }
    },
    jump() {
      const anchor = location.hash.slice(1);
      if (!/^comment-\d+$/.test(anchor)) return;
      const target = document.getElementById(anchor);
      if (!target) return;
      target.scrollIntoView({ block: "center" });
      target.focus({ preventScroll: true });
      this.flash = anchor;
      setTimeout(() => (this.flash = null), 2500);
    },
    async link(item) {
      history.replaceState(history.state, "", "#" + item.anchor);
      try {
        await navigator.clipboard.writeText(location.href);
        this.said = "";
        this.$nextTick(() => (this.said = this.words.link_copied));
      } catch {
        // without a clipboard the address bar has the link
      }
      this.jump();
    },
    canEdit(item) {
      return item.editable && Date.parse(item.editable.until) > clock.now;
    },
    edit(item) {
      this.editing = item.id;
      this.text = item.source;
      this.problem = "";
      this.$nextTick(() => this.$refs.editor[0].focus());
    },
    stop() {
      const anchor = "comment-" + this.editing;
      this.editing = null;
      this.saving = false;
      this.$nextTick(() => document.getElementById(anchor)?.querySelector(".comment-edit")?.focus());
    },
    keys(event) {
      if (event.key === "Escape") this.stop();
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && this.text.trim() && !this.saving) this.save();
    },
    save() {
      this.saving = true;
      this.problem = "";
      this.$emit("edit", { id: this.editing, body: this.text });
    },
    edited(id) {
      if (this.editing === id) this.stop();
    },
    not_edited(id, problem) {
      if (this.editing !== id) return;
      this.saving = false;
      this.problem = problem;
    },
  },
};
