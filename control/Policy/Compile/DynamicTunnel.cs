using IpsecDp.Policy.Config;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Policy.Compile;

/// <summary>A tunnel whose keys IKE agrees on, while its rules are collected: all rules of one action between the same two endpoints share it.</summary>
internal sealed record DynamicTunnel(string Name, IpDynVpnAction Action, KeyExchangeRule Exchange, IpAddress Local, IpAddress? Remote)
{
    /// <summary>The traffic of its rules in the order of the text.</summary>
    public List<TrafficSelector> Selectors { get; } = [];

    /// <summary>Whether a packet may start it, by any of its rules.</summary>
    public bool IsOnDemand { get; set; }

    /// <summary>Whether it starts when the policy is loaded.</summary>
    public bool IsAutomatic { get; set; }
}
