using System.Buffers.Binary;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Negotiation;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Fuzz.Targets.Ike;

/// <summary>Two selector payloads, each behind two octets of length, against a policy: what comes of it lies within both.</summary>
public sealed class IkeNegotiationTarget : IFuzzTarget
{
    private static readonly TrafficSelector[] Rules =
    [
        new(Range(0x0A010000, 16), Range(0x0A020000, 16), null, PortRange.Any, PortRange.Any),
        new(Range(0x0A010000, 16), Range(0x0A030000, 16), 17, new(12000, 12004), new(12000, 12004)),
        new(Range(0x0A040000, 24), Range(0x0A020000, 16), 6, PortRange.Any, PortRange.Of(443)),
        new(AddressRange.AnyV6, AddressRange.AnyV6, 58, PortRange.Any, PortRange.Any),
    ];

    /// <inheritdoc/>
    public string Name => "ike-negotiation";

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        if (!TryTake(ref input, out var first) || !SelectorsPayload.TryRead(true, first, out var local, out _)
            || !TryTake(ref input, out var second) || !SelectorsPayload.TryRead(false, second, out var remote, out _)
            || !SelectorNarrowing.TryNarrow(Rules, local, remote, wantsSinglePair: (input.Length & 1) == 1, out var narrowed, out _))
        {
            return;
        }

        var pairs = narrowed.ToTrafficSelectors();
        Promise.Holds(pairs.Count is > 0 and <= SelectorNarrowing.MostPairs, "a choice carries something, within bounds");
        Promise.Holds(narrowed.Local.All(mine => local.Selectors.Any(asked => asked.Contains(mine) || (asked.Protocol == 0 && asked.Addresses.Contains(mine.Addresses)))), "nothing local was not asked for");
        Promise.Holds(narrowed.Remote.All(theirs => remote.Selectors.Any(asked => asked.Contains(theirs) || (asked.Protocol == 0 && asked.Addresses.Contains(theirs.Addresses)))), "nothing remote was not asked for");
        Promise.Holds(pairs.All(pair => Rules.Any(rule => rule.Local.Contains(pair.Local) && rule.Remote.Contains(pair.Remote) && (rule.Protocol is null || rule.Protocol == pair.Protocol))), "a rule allows each pair");
    }

    private static bool TryTake(ref ReadOnlySpan<byte> input, out ReadOnlySpan<byte> body)
    {
        body = default;
        if (input.Length < 2)
        {
            return false;
        }

        body = input.Slice(2, Math.Min(BinaryPrimitives.ReadUInt16BigEndian(input), input.Length - 2));
        input = input[(2 + body.Length)..];
        return true;
    }

    private static AddressRange Range(uint network, int length) => AddressRange.Prefix(new IpAddress(network, IpVersion.V4), length);
}
