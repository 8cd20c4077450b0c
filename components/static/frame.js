// The header, the person's menu, and on phones the bar at the bottom. After a change of page inside the portal it does
// what the browser does after a full one: shows that something is on its way, moves the focus, and says the title.

const PATIENCE = 120; // ms; whatever is there sooner needs no sign of being on its way
const GIVEN_UP = 10000;

function place(path) {
  return path.split(/[?#]/)[0];
}

export default {
  emits: ["language", "theme"],
  inheritAttrs: false,
  template: `
    <a class="skip" :href="'#' + main" @click="skip">{{ words.skip }}</a>
    <header class="frame" :id="$attrs.id">
      <div v-if="waiting" class="frame-progress"></div>
      <p class="visually-hidden" role="status">{{ said }}</p>
      <div class="frame-bar">
        <a class="logo" href="/" :aria-label="brand.label">
          <img v-if="brand.logo" class="logo-image" :class="brand.plate && 'on-' + brand.plate" :src="brand.logo" alt="">
          <svg v-else viewBox="0 0 32 32" aria-hidden="true">
            <path class="logo-mark" d="M9 3h14a6 6 0 0 1 6 6v9a6 6 0 0 1-6 6h-4.2l-5.1 4.7A1 1 0 0 1 12 28v-4H9a6 6 0 0 1-6-6V9a6 6 0 0 1 6-6Z"/>
            <path class="logo-play" d="M13 9.2v8.6a1 1 0 0 0 1.52.85l7-4.3a1 1 0 0 0 0-1.7l-7-4.3A1 1 0 0 0 13 9.2Z"/>
          </svg>
          <span class="logo-text"><span v-if="brand.name">{{ brand.name }}&nbsp;</span><span class="logo-word">{{ words.wordmark }}</span></span>
        </a>
        <nav class="frame-nav" :aria-label="words.navigation">
          <a v-for="entry in entries" :key="entry.href" :href="entry.href" :aria-current="entry.href === here ? 'page' : null">
            {{ entry.label }}<span v-if="entry.count" class="count">{{ entry.count }}</span>
          </a>
        </nav>
        <slot></slot>
        <div class="frame-new" v-if="links.new">
          <a class="button primary dense" :href="links.new" :aria-label="words.new_request">
            <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><use :href="icons.plus"></use></svg><span>{{ words.new_request }}</span>
          </a>
        </div>
        <button ref="person" type="button" class="frame-person" popovertarget="frame-menu" aria-haspopup="true" :aria-expanded="open ? 'true' : 'false'"
          :aria-label="words.account + ': ' + person.name" :title="person.name">
          <span class="avatar" :class="'tone-' + person.tone" aria-hidden="true">{{ person.initials }}</span>
        </button>
        <div popover id="frame-menu" ref="menu" class="menu-list frame-menu" @toggle="toggled">
          <div class="frame-who"><span class="strong clip">{{ person.name }}</span><span class="faint">{{ person.role }}</span></div>
          <hr>
          <a :href="links.profile" @click="close"><svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><use :href="icons.settings"></use></svg>{{ words.profile }}</a>
          <hr>
          <div class="menu-label" id="frame-language">{{ words.language }}</div>
          <div class="frame-choice" role="group" aria-labelledby="frame-language">
            <button v-for="one in languages" :key="one.code" type="button" :lang="one.code" :aria-pressed="one.code === chosen.language ? 'true' : 'false'"
              @click="$emit('language', one.code)">{{ one.label }}</button>
          </div>
          <div class="menu-label" id="frame-theme">{{ words.theme }}</div>
          <div class="frame-choice" role="group" aria-labelledby="frame-theme">
            <button v-for="one in themes" :key="one.code" type="button" :aria-pressed="one.code === chosen.theme ? 'true' : 'false'" :title="one.label" :aria-label="one.label"
              @click="$emit('theme', one.code)"><svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><use :href="one.icon"></use></svg></button>
          </div>
          <hr>
          <form method="post" :action="links.sign_out">
            <button type="submit"><svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><use :href="icons['log-out']"></use></svg>{{ words.sign_out }}</button>
          </form>
        </div>
      </div>
    </header>
    <nav v-if="phone && entries.length > 1" class="frame-tabs" :aria-label="words.navigation">
      <a v-for="entry in entries.slice(0, 5)" :key="entry.href" :href="entry.href" :aria-current="entry.href === here ? 'page' : null">
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><use :href="entry.icon"></use></svg><span>{{ entry.label }}</span>
        <span v-if="entry.count" class="count">{{ entry.count }}</span>
      </a>
    </nav>`,
  props: {
    entries: { type: Array, default: () => [] },
    current: String,
    words: Object,
    brand: Object,
    links: Object,
    icons: Object,
    languages: Array,
    themes: Array,
    person: Object,
    chosen: Object,
    main: String,
  },
  data() {
    return { open: false, phone: false, waiting: false, said: "" };
  },
  computed: {
    here() {
      const current = place(this.current);
      const inside = (href) => href === current || (href !== "/" && current.startsWith(`${href}/`));
      const places = this.entries.flatMap(({ href, also }) => [href, ...also].map((place) => ({ href, place })));
      return places.filter(({ place }) => inside(place)).sort((a, b) => b.place.length - a.place.length)[0]?.href;
    },
  },
  watch: {
    current(now, before) {
      this.arrive();
      if (place(now) === place(before)) return;
      this.untold = true;
      setTimeout(() => {
        const active = document.activeElement;
        const main = document.getElementById(this.main);
        if (active === document.body || active.closest(".frame-nav, .frame-tabs, .logo, .frame-new, .frame-search, .frame-tools")) main.focus({ preventScroll: true });
      }, 150);
    },
  },
  mounted() {
    document.addEventListener("click", this.leave);
    document.addEventListener("pointerdown", this.closeHanging);
    document.addEventListener("keydown", this.closeHanging);
    this.titles = new MutationObserver(this.told);
    this.titles.observe(document.querySelector("title"), { childList: true });
    this.media = matchMedia("(max-width: 767px)");
    this.measure = () => (this.phone = this.media.matches);
    this.media.addEventListener("change", this.measure);
    this.measure();
  },
  unmounted() {
    document.removeEventListener("click", this.leave);
    document.removeEventListener("pointerdown", this.closeHanging);
    document.removeEventListener("keydown", this.closeHanging);
    this.titles.disconnect();
    this.media.removeEventListener("change", this.measure);
  },
  methods: {
    skip(event) {
      event.preventDefault();
      const main = document.getElementById(this.main);
      main.focus();
      main.scrollIntoView();
    },
    leave(event) {
      const link = event.target.closest?.('a[href^="/"]');
      if (!link || link.target === "_blank" || link.hasAttribute("download") || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (link.getAttribute("href") === location.pathname + location.search) return;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => {
        this.waiting = true;
        this.timer = setTimeout(this.arrive, GIVEN_UP);
      }, PATIENCE);
    },
    closeHanging(event) { // lists and notes that hang from their summary go like menus: by Esc and by a press elsewhere
      if (event.key && event.key !== "Escape") return;
      for (const hanging of document.querySelectorAll("details.hanging[open]")) {
        if (!event.key && hanging.contains(event.target)) continue;
        if (event.key && hanging.contains(document.activeElement)) hanging.querySelector("summary").focus();
        hanging.open = false;
      }
    },
    told() {
      if (this.untold) this.said = document.title; // later changes of the title on the same page are no news
      this.untold = false;
    },
    arrive() {
      clearTimeout(this.timer);
      this.waiting = false;
    },
    toggled(event) {
      this.open = event.newState === "open";
      const at = this.$refs.person.getBoundingClientRect();
      this.$refs.menu.style.top = `${at.bottom + 4}px`;
      this.$refs.menu.style.left = `${Math.max(8, at.right - this.$refs.menu.offsetWidth)}px`;
    },
    close() {
      this.$refs.menu.hidePopover();
    },
  },
};
