// What the ticket's components share: icons, people, times that keep current, files with previews.
import * as Vue from "vue";

const STEPS = [
  ["minute", 60, 3600],
  ["hour", 3600, 86400],
  ["day", 86400, 7 * 86400],
];

export const Icon = {
  props: { name: String, sprite: String },
  template: `<svg class="icon" aria-hidden="true"><use :href="sprite + '#' + name"></use></svg>`,
};

export const Avatar = {
  props: { person: Object },
  template: `<span class="avatar" :class="'tone-' + person.tone" aria-hidden="true">{{ person.initials }}</span>`,
};

/** The distance from now as people say it within a week, or null when the date says more. */
export function ago(at, now, language, justNow) {
  const seconds = (Date.parse(at) - now) / 1000;
  const distance = Math.abs(seconds);
  if (distance < 45) return justNow;
  const step = STEPS.find(([, size, limit]) => Math.round(distance / size) * size < limit);
  if (!step) return null;
  const count = Math.max(1, Math.round(distance / step[1])) * Math.sign(seconds);
  return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(count, step[0]);
}

/** A time that every page of ours keeps current: one clock for all components. */
export const clock = Vue.reactive({ now: Date.now() });
setInterval(() => (clock.now = Date.now()), 20000);

export const Ago = {
  props: { at: Object, language: String, justNow: String },
  template: `<time :datetime="at.iso" :title="at.exact">{{ text }}</time>`,
  computed: {
    text() {
      return ago(this.at.iso, clock.now, this.language, this.justNow) || this.at.short;
    },
  },
};

export const Files = {
  components: { Icon },
  props: { files: Array, sprite: String, words: Object },
  emits: ["remove"],
  data: () => ({ open: null }),
  template: `
    <ul class="ticket-files" v-if="files.length">
      <li v-for="file in files" :key="file.key" class="ticket-file" :class="{ picture: file.preview }">
        <button v-if="file.preview" type="button" class="ticket-file-preview" :aria-label="words.enlarge + ': ' + file.name" @click="enlarge(file)">
          <img :src="file.preview" alt="" loading="lazy" decoding="async">
        </button>
        <Icon v-else name="file-text" :sprite="sprite" />
        <a class="ticket-file-name" :href="file.href" :download="file.name" :title="file.name">
          <span>{{ file.name }}</span><small>{{ file.size }}</small>
        </a>
        <button v-if="file.removable" type="button" class="button quiet icon-only dense" :aria-label="words.remove_file + ': ' + file.name" @click="$emit('remove', file.key)">
          <Icon name="trash-2" :sprite="sprite" />
        </button>
      </li>
      <Teleport to="body">
        <dialog v-if="open" ref="large" class="lightbox" :aria-label="open.name" @close="open = null" @click.self="$refs.large.close()">
          <img :src="open.preview" :alt="open.name">
          <div class="lightbox-bar">
            <span>{{ open.name }}</span>
            <a class="button dense" :href="open.href" :download="open.name"><Icon name="download" :sprite="sprite" />{{ words.download }}</a>
            <button type="button" class="button dense icon-only" autofocus :aria-label="words.close" @click="$refs.large.close()"><Icon name="x" :sprite="sprite" /></button>
          </div>
        </dialog>
      </Teleport>
    </ul>`,
  methods: {
    enlarge(file) {
      this.open = file;
      this.$nextTick(() => this.$refs.large.showModal());
    },
  },
};

/** Make a change of the page above what somebody looks at or types into without moving it under their eyes. */
export function still(element, change) {
  const active = document.activeElement;
  const below = active && active !== document.body && !element.contains(active) && element.compareDocumentPosition(active) & Node.DOCUMENT_POSITION_FOLLOWING;
  const before = below ? active.getBoundingClientRect().top : null;
  const seen = before !== null && before < window.innerHeight && before > -active.offsetHeight;
  change();
  return () => {
    if (seen && active.isConnected) (element.closest(".ticket-panel") || window).scrollBy({ top: active.getBoundingClientRect().top - before, behavior: "instant" });
  };
}
