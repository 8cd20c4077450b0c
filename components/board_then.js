// The board as it stood on a past day: columns with cards that are read and not moved.
export default {
  template: `
    <div class="then-board">
      <section v-for="column in columns" :key="column.status" class="then-column stack gap-1" :aria-label="column.label">
        <div class="row between nowrap">
          <span class="badge" :class="'status-' + column.status" :title="column.meaning"><svg class="icon small" viewBox="0 0 24 24" aria-hidden="true"><use :href="column.icon"></use></svg>{{ column.label }}</span>
          <a v-if="column.href" class="link quiet numbers" :href="column.href">{{ column.count }}</a>
          <span v-else class="numbers soft">{{ column.count }}</span>
        </div>
        <p v-if="!column.cards.length" class="faint small">{{ nothing }}</p>
        <div v-for="card in column.cards" :key="card.id" class="then-card">
          <a class="link small" :href="card.href">{{ card.id }}</a>
          <p class="small clip">{{ card.subject }}</p>
          <p class="faint tiny clip">{{ card.about }}</p>
          <time class="faint tiny" :datetime="card.iso" :title="card.full">{{ card.since }}</time>
        </div>
        <a v-if="column.more" class="link small" :href="column.href">{{ column.more }}</a>
      </section>
    </div>`,
  props: { columns: { type: Array, default: () => [] }, nothing: String },
};
