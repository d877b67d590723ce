using IpsecDp.Ports.Divert;
using IpsecDp.TestKit.Line;
using IpsecDp.Wire.Selectors;

namespace Dataplane.Tests.Adapters.Windows;

/// <summary>Plans for tests.</summary>
internal static class TestPlan
{
    /// <summary>A plan of nothing.</summary>
    public static DivertPlan Empty { get; } = new() { Outbound = [], Inbound = [], Protected = [] };

    /// <summary>All that goes between two addresses: clear packets both ways, and ESP and AH.</summary>
    public static DivertPlan Pair(string local, string remote, ushort? udpPort = null) => new()
    {
        Outbound = [Selector(local, remote)],
        Inbound = [Selector(local, remote)],
        Protected = [new CipherFlow(TestSa.Address(local), TestSa.Address(remote), udpPort)],
    };

    /// <summary>A selector of two texts, each an address or a prefix.</summary>
    public static TrafficSelector Selector(string local, string remote, byte? protocol = null, PortRange? localPorts = null, PortRange? remotePorts = null) =>
        new(Range(local), Range(remote), protocol, localPorts ?? PortRange.Any, remotePorts ?? PortRange.Any);

    /// <summary>An address, or a prefix with its length.</summary>
    public static AddressRange Range(string text) => text.Split('/') is [var address, var length]
        ? AddressRange.Prefix(TestSa.Address(address), int.Parse(length, System.Globalization.CultureInfo.InvariantCulture))
        : AddressRange.Of(TestSa.Address(text));
}
