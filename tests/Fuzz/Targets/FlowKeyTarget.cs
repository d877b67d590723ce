using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Fuzz.Targets;

/// <summary><see cref="FlowKey"/>.</summary>
public sealed class FlowKeyTarget() : WireTarget("flow-key")
{
    private static readonly FlowMixKey Secret = FlowMixKey.Read("a key of a test, which anybody may know, of 48 octets"u8);

    /// <inheritdoc/>
    protected override void Parse(Span<byte> octets)
    {
        if (!IpPacketView.TryView(octets, out var packet) || !FlowKey.TryRead(packet, out var key))
        {
            return;
        }

        Promise.Holds(key.Protocol == packet.Protocol && key.Source == packet.Source && key.Destination == packet.Destination, "the key repeats the packet");
        Promise.Holds(!key.HasPorts || !packet.IsLaterFragment, "a later fragment shows no ports");
        Promise.Holds(key.HasPorts || (key.SourcePort == 0 && key.DestinationPort == 0), "ports that are not shown are zero");
        Promise.Holds(key.Reversed().Reversed() == key, "turning twice changes nothing");
        Promise.Holds(key.Mix(Secret) == (key with { }).Mix(Secret), "equal keys mix alike");
    }
}
