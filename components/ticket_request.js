// What was asked: every field that was entered, worded by its form, and the files that came with it.
import { Files, Icon } from "ticket-parts";

export default {
  components: { Files, Icon },
  props: { groups: Array, files: Array, words: Object, sprite: String, title: String, icon: String },
  emits: ["remove_file"],
  template: `
    <section class="ticket-request" aria-labelledby="request-title">
      <h2 id="request-title"><Icon :name="icon" :sprite="sprite" />{{ title }}</h2>
      <template v-for="group in groups" :key="group.key">
        <h3 v-if="group.title" class="eyebrow">{{ group.title }}</h3>
        <dl class="entered" :class="{ short: group.short }">
          <div v-for="answer in group.answers" :key="answer.code">
            <dt>{{ answer.label }}</dt>
            <dd v-if="answer.html" class="prose" v-html="answer.html"></dd>
            <dd v-else>{{ answer.text }}</dd>
          </div>
        </dl>
      </template>
      <template v-if="files.length">
        <h3 class="eyebrow">{{ words.attachments }}</h3>
        <Files :files="files" :sprite="sprite" :words="words" @remove="key => $emit('remove_file', { key })" />
      </template>
    </section>`,
};
