using IpsecDp.Engines;

namespace IpsecDp.Modelling.Projection;

/// <summary>How a real line is to be run for a trial: so many engines under a rule, so many lines side by side, each with buffers, SAs and a pool of its own, and so many packets that arrive at once.</summary>
public sealed record LineSetup(int Engines, NeedHelpRule Rule, int Lines = 1, int Burst = 1);
