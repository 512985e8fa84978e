/** A word or construction that readers stumble over. */
export type Rule = {
  readonly pattern: RegExp
  /** Why it is hard to read. */
  readonly reason: string
  readonly better: string
}

/** A sentence that is longer than this is two thoughts. Colons and semicolons end one: see `sentencesOf`. */
export const mostWords = 30

/** Code is masked before these are looked for, so names of settings and reasons may hold any word. */
export const rules: readonly Rule[] = [
  {
    pattern: /\bnobody\b/i,
    reason: 'often turns a sentence round',
    better: 'say what happens: "is refused"; or "no one", "no user"',
  },
  {
    pattern: /\bwho(?:m)?ever\b/i,
    reason: 'a clause as a subject is a riddle',
    better: '"anyone who", "the attacker", "users who"',
  },
  {
    pattern: /\b(?:some|any|every)body\b/i,
    reason: 'hides who is meant',
    better: '"a user", "users", "someone else", "anyone", "everyone"',
  },
  {
    pattern: /\b(?:is|are|all) well\b(?! [a-z]+(?:ed|n)\b)/i,
    reason: 'not said of software',
    better: '"no errors", "works"',
  },
  {
    pattern: /\bno more(?=[.,;:)]|$)/i,
    reason: 'archaic',
    better: '"no longer", "nothing else"',
  },
  { pattern: /\banew\b/i, reason: 'archaic', better: '"again", "from the start"' },
  { pattern: /\balike\b/i, reason: 'turns the sentence round', better: '"the same", "both"' },
  {
    pattern: /(?:^|[,;:] )else\b/i,
    reason: 'not English without "or"',
    better: '"otherwise", "or"',
  },
  {
    pattern: /\b(?:there|here|where)(?:by|of|in|upon|with)\b/i,
    reason: 'archaic',
    better: 'name the thing: "with this", "of it"',
  },
  { pattern: /\bhenceforth\b|\bhitherto\b|\blest\b/i, reason: 'archaic', better: '"from then on"' },
  {
    pattern: /\bdoors?\b/i,
    reason: 'an idiom of ours',
    better: '"gateway", "portal", "protocol"',
  },
  { pattern: /\bkeepers?\b/i, reason: 'an idiom of ours', better: 'say what keeps it: "store"' },
  {
    pattern: /(?<!\b(?:service|help) )\bdesks?\b/i,
    reason: 'an idiom of ours',
    better: '"helpdesk", "portal"',
  },
  {
    pattern: /\b(?:the|its|their|these|no) marks\b/i,
    reason: 'an idiom of ours',
    better: 'say what is stored: "label", "state"',
  },
  {
    pattern: /\b(?:stands?|stood|standing)\b(?!-| (?:(?:in )?for|still|out)\b)/i,
    reason: 'an idiom of ours for where a text or a setting is',
    better: '"is", "is in", "appears"',
  },
  {
    pattern: /\bma(?:kes?|king) (?:it|them) count\b/i,
    reason: 'an idiom of ours',
    better: '"apply it"',
  },
  {
    pattern: /\bof (?:now|yesterday)\b/i,
    reason: 'not English for a state',
    better: '"current", "fresh", "old"',
  },
  {
    pattern: /\b(?:is|are) to be\b/i,
    reason: 'an order without a subject',
    better: '"must be", or the imperative',
  },
  {
    pattern: /\bin clear\b(?! text)/i,
    reason: 'not the term',
    better: '"unencrypted", "in clear text"',
  },
  {
    pattern: /\balone do(?:es)?\b(?!;)|\bdid not do\b/i,
    reason: 'a verb without its object',
    better: '"is enough", "was not accepted"',
  },
  {
    pattern: /\bbut for\b|\bsave for\b/i,
    reason: 'archaic, and easily misread',
    better: '"except"',
  },
  {
    pattern: /\b(?:gateways?|clients?|servers?) hears?\b/i,
    reason: 'machines do not hear',
    better: '"gets", "receives", "learns"',
  },
  {
    pattern: /\bfor ever\b/i,
    reason: 'promises too much',
    better: '"permanently", "until removed"',
  },
  {
    pattern:
      /\bbehind (?:@|#|(?:an? |the )?(?:(?:right|wrong|proven|second) )?(?:password|factor|code|delimiter)\b)/i,
    reason: 'text has no front and back',
    better: '"after the password", "after @"',
  },
  {
    pattern:
      /^(?:nowhere|never|nor|only (?:then|there|where|when|once|after)\b.{0,60}|so|of (?:these|those|them)\b[^,]{0,30}) (?:is|are|does|do|did|was|were|can|may|must|has|have) (?!not\b)(?:a|an|the|every|any|each|only|all|\w+s)\b|^of (?:these|those|them) only\b/i,
    reason: 'the verb comes before its subject',
    better: 'subject first, then the verb',
  },
  {
    pattern: /\blikewise\b|\bwhilst\b|\bshall\b|\bthus\b|\bhence\b/i,
    reason: 'not common words',
    better: '"also", "while", "must", "so"',
  },
  {
    pattern:
      /(?<!\b(?:there|where|here|if|while|nor) )\b(?:is|are|was|were) no (?!longer|one\b|more|less|better|different|other)/i,
    reason: 'not English for what a thing is not',
    better: '"is not a"',
  },
  {
    pattern:
      /(?<!\b(?:no|the) )\bcounts? (?:once|twice|again|here|there|everywhere|until|wherever)\b|\b(?:still|no longer) counts?\b/i,
    reason: 'an idiom of ours: codes and rules do not count',
    better: '"works", "is valid", "can be used"',
  },
  {
    pattern: /\b(?:for|to|by|than|even|only|so that) who\b/i,
    reason: 'a clause as an object is a riddle',
    better: '"a user who", "those who", "anyone who"',
  },
  {
    pattern: /(?<!\b(?:there|here) )\b(?:is|are|was|were) none\b(?! of)/i,
    reason: 'not English for what a thing is not',
    better: '"is not one", "is not a name"',
  },
]
