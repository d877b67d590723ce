using IpsecDp.Engines;

namespace IpsecDp.Modelling.Projection;

/// <summary>How a real line is to be run for a trial: so many engines under a rule, so many lines side by side, each with buffers, SAs and a pool of its own, so many packets that arrive at once, who delivers what engines ran, and the octets of every packet where it is not the line's own traffic but packets of one size, of one SA a tunnel.</summary>
public sealed record LineSetup(int Engines, NeedHelpRule Rule, int Lines = 1, int Burst = 1, DeliveryRule Delivery = DeliveryRule.ByEngine, int? Octets = null);
