// What answers to questions are drawn from: marked words, and the card of a ticket.
import { Ago, Icon } from "ticket-parts";

export const Marked = {
  props: { pieces: Array },
  template: `<template v-for="(piece, at) in pieces" :key="at"><mark v-if="piece[1]">{{ piece[0] }}</mark><template v-else>{{ piece[0] }}</template></template>`,
};

export const AnswerCard = {
  components: { Ago, Icon, Marked },
  props: { card: Object, whole: Boolean, words: Object, language: String, sprite: String },
  template: `
    <article class="answer" :class="{ whole }">
      <header class="answer-head">
        <a class="answer-link" :href="card.href"><span class="answer-id">{{ card.id }}</span><span class="answer-subject"><Marked :pieces="card.subject" /></span></a>
        <span class="badge" :class="'status-' + card.status"><svg class="icon small" viewBox="0 0 24 24" aria-hidden="true"><use :href="card.icon"></use></svg>{{ card.status_label }}</span>
      </header>
      <p v-if="card.company" class="answer-who">{{ card.company }}</p>
      <p v-if="whole" class="answer-meaning">{{ card.meaning }}</p>
      <p class="answer-turn"><Icon :name="card.turn_icon" :sprite="sprite" /><span>{{ card.turn }}</span></p>
      <div v-if="whole" class="answer-word">
        <template v-if="card.last">
          <p class="answer-word-head"><strong>{{ card.last.author }}</strong> <Ago :at="card.last.at" :language="language" :just-now="words.just_now" /></p>
          <p class="answer-word-text">{{ card.last.text }}</p>
        </template>
        <p v-else class="answer-word-text soft">{{ words.no_word }}</p>
      </div>
      <p v-if="card.found" class="answer-found"><span class="visually-hidden">{{ words.found }}: </span><Marked :pieces="card.found" /></p>
    </article>`,
};

/** Tickets that look like the one that is about to be filed: follow one of them instead. */
export const Similar = {
  components: { Icon, Marked },
  props: { cards: Array, words: Object, sprite: String },
  emits: ["follow", "dismiss"],
  template: `
    <section class="similar" :aria-label="words.title">
      <div class="row between nowrap"><h2 class="similar-title">{{ words.title }}</h2><button type="button" class="button quiet dense" @click="$emit('dismiss')">{{ words.dismiss }}</button></div>
      <p class="soft small">{{ words.lead }}</p>
      <ul>
        <li v-for="card in cards" :key="card.id" class="similar-row">
          <svg class="icon" :class="'on-' + card.status" viewBox="0 0 24 24" role="img" :aria-label="card.status_label"><title>{{ card.status_label }}</title><use :href="card.icon"></use></svg>
          <a class="similar-link" :href="card.href" target="_blank"><span class="answer-id">{{ card.id }}</span> <Marked :pieces="card.subject" /></a>
          <button type="button" class="button dense" :aria-label="words.follow_named.replace('{id}', card.id)" @click="$emit('follow', card.id)"><Icon name="bell" :sprite="sprite" />{{ words.follow }}</button>
        </li>
      </ul>
    </section>`,
};
