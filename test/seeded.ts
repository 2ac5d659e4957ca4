/** fast-check with one seed for everybody, so that a test tells of the change and not of the day. Another: `FC_SEED=1 npm test`. */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 20_261_126) });

export default fc;
