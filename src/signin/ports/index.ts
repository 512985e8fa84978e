// What a sign-in asks of the other parts: each of these is implemented elsewhere.
export type { AuditSink, SignInRecord, TimelineEntry } from './audit.ts'
export type {
  Directory,
  DirectoryDown,
  Manager,
  NameForm,
  NameProblem,
  NewPassword,
  PasswordChange,
  PeopleList,
  PeoplePart,
  PersonFacts,
  Relay,
  RequestToVerify,
  Resolved,
  Shielded,
  UnusablePhone,
  Upstream,
  Verified,
} from './directory.ts'
export type {
  ForeignMembers,
  GroupEntry,
  GroupLikeness,
  GroupReference,
  SimilarGroup,
} from './groups.ts'
export type {
  ApprovalMethod,
  CodeCheck,
  CodeChecker,
  CodeMatch,
  Notice,
  NoticeMethod,
  PromptObserver,
  PromptRequest,
  PromptResult,
  PromptSteps,
  SendResult,
  SentCodeMethod,
  Signer,
  Texts,
} from './methods.ts'
export type { PromptProgress } from './prompt-progress.ts'
