// The list of people: rows are data, each a real link; the arrow keys walk from one to the next.
import { Ago } from "ticket-parts";

export default {
  components: { Ago },
  props: { rows: Array, more: Boolean, alone: Boolean, label: String, words: Object, language: String },
  emits: ["more"],
  template: `
    <div class="people-list-frame">
      <ul v-if="rows.length" class="people-list" :aria-label="label" @keydown.down.prevent="step(1)" @keydown.up.prevent="step(-1)">
        <li v-for="row in rows" :key="row.id">
          <a class="people-row" :class="{ closed: row.closed, alone }" :href="row.href">
            <span class="avatar" :class="'tone-' + row.tone" aria-hidden="true">{{ row.initials }}</span>
            <span class="people-who">
              <span class="people-name"><bdi>{{ row.name }}</bdi><span v-if="row.role" class="badge accent">{{ row.role }}</span><span v-if="row.state" class="badge" :class="row.colour">{{ row.state }}</span></span>
              <span class="people-mail">{{ row.email }}</span>
            </span>
            <span v-if="!alone" class="people-company"><bdi>{{ row.company }}</bdi></span>
            <span class="people-seen"><template v-if="row.seen">{{ words.seen }} <Ago :at="row.seen" :language="language" :just-now="words.just_now" /></template><template v-else>{{ words.never }}</template></span>
          </a>
        </li>
      </ul>
      <button v-if="more" type="button" class="button wide" @click="$emit('more')">{{ words.more }}</button>
    </div>`,
  methods: {
    step(by) {
      const links = [...this.$el.querySelectorAll(".people-row")];
      links[Math.max(0, links.indexOf(document.activeElement) + by)]?.focus();
    },
  },
};
