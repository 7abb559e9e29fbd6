export const ACCOUNT = 'acct_chaos';
export const JOBS = ['job_1', 'job_2', 'job_3'];
/** The calls that each job makes, once each if nothing dies. */
export const CALLS = ['one', 'left/two', 'right/two', 'three'];
