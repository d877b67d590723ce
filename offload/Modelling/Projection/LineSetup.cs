using IpsecDp.Engines;

namespace IpsecDp.Modelling.Projection;

/// <summary>How a real line is to be run for a trial: so many engines under a rule, so many lines side by side, each with buffers, SAs and a pool of its own, so many packets that arrive at once, and who delivers what engines ran.</summary>
public sealed record LineSetup(int Engines, NeedHelpRule Rule, int Lines = 1, int Burst = 1, DeliveryRule Delivery = DeliveryRule.ByEngine);
