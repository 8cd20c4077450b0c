// Who and when: people, dates, numbers of a ticket as a list of terms.
import { Ago, Avatar } from "ticket-parts";

export default {
  components: { Ago, Avatar },
  props: { groups: Array, words: Object, language: String },
  template: `
    <div class="ticket-facts">
      <section v-for="group in groups" :key="group.title" :aria-label="group.title">
        <h2 class="eyebrow">{{ group.title }}</h2>
        <dl>
          <div v-for="fact in group.facts" :key="fact.label" class="fact" :class="{ stacked: fact.people }">
            <dt>{{ fact.label }}</dt>
            <dd v-for="person in fact.people || []" :key="person.id" class="person">
              <Avatar :person="person" /><span>{{ person.name }}<small v-if="person.title">{{ person.title }}</small></span>
            </dd>
            <dd v-if="fact.at"><Ago :at="fact.at" :language="language" :just-now="words.just_now" /></dd>
            <dd v-if="fact.href"><a class="link" :href="fact.href">{{ fact.text }}</a></dd>
            <dd v-else-if="fact.text">{{ fact.text }}</dd>
          </div>
        </dl>
      </section>
    </div>`,
};
