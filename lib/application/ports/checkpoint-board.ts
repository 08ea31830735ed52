/** Where auditors see checkpoints without asking for them: a channel, a mailbox. */
export interface CheckpointBoard {
  /** Posts a signed note, cosignature lines included. After a crash the same note may be posted twice. */
  post(checkpointNote: string): Promise<void>;
}
