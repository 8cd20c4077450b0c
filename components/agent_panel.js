// Beside a ticket, for specialists: targets, tags, links, where the time went, what else the requester asked.
import { Ago, Icon, clock } from "ticket-parts";
import { openAside } from "ticket-parts/aside.js";
import { resting, workSpan, workUntil } from "ticket-parts/working.js";

export default {
  components: { Ago, Icon },
  props: {
    targets: Array, tags: Array, suggestions: Array, links: Array, kinds: Object, spent: Array, others: Array, alike: Array, all: String, all_href: String,
    company: Object, mergeable: Boolean, hours: Object, words: Object, language: String, sprite: String,
  },
  emits: ["tag", "untag", "link", "unlink", "merge"],
  data: () => ({ tag: "", linking: false, kind: "duplicate_of", target: "", said: "" }),
  template: `
    <div class="agent-panel">
      <section v-if="targets.length" :aria-label="words.targets">
        <h2 class="eyebrow">{{ words.targets }}</h2>
        <ul>
          <li v-for="target in targets" :key="target.label" class="agent-target" :class="{ late: late(target), paused: target.paused }">
            <Icon :name="target.paused ? 'circle-dashed' : late(target) ? 'circle-alert' : 'clock'" :sprite="sprite" />
            <span>{{ target.label }}</span>
            <span v-if="target.paused" class="agent-when">{{ words.paused }}</span>
            <span v-else-if="late(target)" class="agent-when">{{ words.breached }} <Ago :at="target.at" :language="language" :just-now="words.just_now" /></span>
            <time v-else class="agent-when" :datetime="target.at.iso" :title="target.at.exact + '. ' + (rests ? words.resting : words.working)"><Icon v-if="rests" name="moon" :sprite="sprite" /> {{ words.left }} {{ left(target) }}</time>
          </li>
        </ul>
      </section>
      <section :aria-label="words.tags">
        <h2 class="eyebrow">{{ words.tags }}</h2>
        <ul class="agent-tags" v-if="tags.length">
          <li v-for="name in tags" :key="name" class="tag">{{ name }}<button type="button" class="tag-remove" :aria-label="words.untag + ': ' + name" @click="untag(name)"><Icon name="x" :sprite="sprite" /></button></li>
        </ul>
        <form class="agent-line" @submit.prevent="addTag">
          <input ref="tag" class="input" :aria-label="words.new_tag" :placeholder="words.new_tag" list="agent-tags" maxlength="50" v-model="tag">
          <datalist id="agent-tags"><option v-for="name in free" :key="name" :value="name"></option></datalist>
          <button class="button dense" :disabled="!tag.trim()">{{ words.add }}</button>
        </form>
      </section>
      <section :aria-label="words.links">
        <h2 class="eyebrow">{{ words.links }}</h2>
        <ul class="agent-links" v-if="links.length">
          <li v-for="link in links" :key="link.id">
            <span class="agent-link-kind">{{ link.label }}</span>
            <a v-if="link.href" class="link" :class="{ finished: link.finished }" :href="link.href" :target="link.outside ? '_blank' : null" :rel="link.outside ? 'noopener noreferrer' : null" @click="link.outside || openAside($event, link.text)">{{ link.text }}<Icon v-if="link.outside" name="external-link" :sprite="sprite" /></a>
            <button type="button" class="button quiet icon-only dense" :aria-label="words.unlink + ': ' + link.text" :title="words.unlink" @click="$emit('unlink', { id: link.id })"><Icon name="x" :sprite="sprite" /></button>
            <small v-if="link.subject">{{ link.subject }}</small>
          </li>
        </ul>
        <form v-if="linking" class="agent-link-form" @submit.prevent="addLink" @keydown.esc.stop="close">
          <select class="input" :aria-label="words.kind" v-model="kind"><option v-for="(label, code) in kinds" :key="code" :value="code">{{ label }}</option></select>
          <input ref="target" class="input" :type="kind === 'issue' ? 'url' : 'text'" :aria-label="kind === 'issue' ? words.address : words.ticket" :placeholder="kind === 'issue' ? words.address : words.ticket" maxlength="500" required v-model="target">
          <div class="row gap-1"><button class="button primary dense" :disabled="!target.trim()">{{ words.add }}</button><button type="button" class="button quiet dense" @click="close">{{ words.cancel }}</button></div>
        </form>
        <div v-else class="agent-buttons">
          <button type="button" ref="link" class="button quiet dense" @click="open"><Icon name="link-2" :sprite="sprite" />{{ words.link }}</button>
          <button v-if="mergeable" type="button" class="button quiet dense" @click="$emit('merge')"><Icon name="git-merge" :sprite="sprite" />{{ words.merge }}</button>
        </div>
      </section>
      <section v-if="spent.length" :aria-label="words.spent">
        <h2 class="eyebrow">{{ words.spent }}</h2>
        <div class="agent-bar" aria-hidden="true"><span v-for="part in spent" :key="part.status" :class="'status-' + part.status" :style="{ flexGrow: part.share }" :title="part.label + ': ' + part.length"></span></div>
        <ul class="agent-spent"><li v-for="part in spent" :key="part.status"><span class="agent-dot" :class="'status-' + part.status" aria-hidden="true"></span><span>{{ part.label }}</span><span class="agent-when">{{ part.length }}</span></li></ul>
      </section>
      <section v-if="alike.length" :aria-label="words.alike">
        <h2 class="eyebrow">{{ words.alike }}</h2>
        <ul class="agent-others">
          <li v-for="other in alike" :key="other.id"><a class="link quiet" :href="'/tickets/' + other.id" @click="openAside($event, other.id)"><span class="agent-dot" :class="'status-' + other.status" aria-hidden="true"></span><span><span class="ticket-id">{{ other.id }}</span> {{ other.subject }}<span class="visually-hidden">, {{ other.label }}</span></span></a></li>
        </ul>
      </section>
      <section v-if="company || others.length" :aria-label="words.requester">
        <h2 class="eyebrow">{{ words.requester }}</h2>
        <p v-if="company" class="agent-company"><a class="link" :href="company.href"><Icon name="building-2" :sprite="sprite" />{{ company.name }}</a><small>{{ company.text }}</small></p>
        <ul v-if="others.length" class="agent-others">
          <li v-for="other in others" :key="other.id"><a class="link quiet" :href="'/tickets/' + other.id" @click="openAside($event, other.id)"><span class="agent-dot" :class="'status-' + other.status" aria-hidden="true"></span><span><span class="ticket-id">{{ other.id }}</span> {{ other.subject }}<span class="visually-hidden">, {{ other.label }}</span></span></a></li>
        </ul>
        <p v-if="all" class="agent-all small"><a class="link" :href="all_href">{{ all }}</a></p>
      </section>
    </div>`,
  computed: {
    rests() {
      return resting(this.hours);
    },
    free() {
      return this.suggestions.filter((name) => !this.tags.includes(name));
    },
  },
  methods: {
    openAside,
    left(target) {
      return workSpan(workUntil(this.hours, target.at.iso), this.language);
    },
    late(target) {
      return target.at && Date.parse(target.at.iso) <= clock.now;
    },
    addTag() {
      this.$emit("tag", { word: this.tag.trim() });
      this.tag = "";
    },
    untag(name) {
      this.$emit("untag", { word: name });
      this.$refs.tag.focus();
    },
    open() {
      this.linking = true;
      this.$nextTick(() => this.$refs.target.focus());
    },
    close() {
      this.linking = false;
      this.target = "";
      this.$nextTick(() => this.$refs.link?.focus());
    },
    addLink() {
      this.$emit("link", { kind: this.kind, target: this.target.trim() });
    },
    linked() {
      this.close();
    },
  },
};
