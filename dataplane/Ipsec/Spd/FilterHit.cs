using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ipsec.Spd;

/// <summary>A packet that met a logged rule.</summary>
/// <param name="Rule">The rule's name.</param>
/// <param name="Action">What the rule does.</param>
/// <param name="Direction">Which way the packet went.</param>
/// <param name="Flow">Its addresses, protocol and ports.</param>
/// <param name="Refusal">Why it went no further; <see cref="DropReason.None"/> where the rule let it go on.</param>
/// <param name="Packets">1, or what a superframe stands for.</param>
/// <param name="Octets">Their length in clear.</param>
public readonly record struct FilterHit(string Rule, PolicyAction Action, RuleDirection Direction, FlowKey Flow, DropReason Refusal, int Packets, int Octets);
