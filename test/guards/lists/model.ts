import type { Guard } from '../guard.ts'

const noticedBy = ['test/lab/postgresql/nodes-model.test.ts']

/** What the random schedules of several nodes notice, beside the tests of each. */
export const modelGuards: readonly Guard[] = [
  {
    name: 'model: of all who spend a code at the same time, one has',
    file: 'src/store/accounts/authenticators.ts',
    source: ".where('last_step', '<', value('step'))",
    without: ".where('last_step', '<=', value('step'))",
    noticedBy,
  },
  {
    name: 'model: a person has one prompt, whoever asks',
    file: 'src/store/shared/prompts.ts',
    source:
      ".where('ended_by', 'is', null)\n        .where(({ not }) => not(isOpen(context)))\n        .returning('id')",
    without: ".where('ended_by', 'is', null)\n        .returning('id')",
    noticedBy,
  },
  {
    name: 'model: a node that is told nothing hears what was pressed',
    file: 'src/store/shared/asking.ts',
    source: 'for (const [topic, ids] of urgent()) mark(topic, ids)',
    without: '',
    noticedBy,
  },
  {
    name: 'model: an approval is spent once',
    file: 'src/store/shared/kept.ts',
    source: "conflict.columns(['kind', 'id']).doNothing())\n        .returning('id')",
    without:
      "conflict.columns(['kind', 'id']).doUpdateSet({ claim_key: claimKeys[0] ?? null }))\n        .returning('id')",
    noticedBy,
  },
]
