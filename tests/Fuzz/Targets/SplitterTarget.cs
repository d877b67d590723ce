using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Segments;

namespace IpsecDp.Fuzz.Targets;

/// <summary><see cref="SegmentSplitter"/>; the first two octets are the segment size and an error of the header length.</summary>
public sealed class SplitterTarget() : WireTarget("splitter")
{
    // Enough to see first, middle and last without spending the run on one input.
    private const int MaximumSegments = 8;

    private readonly byte[] _segment = new byte[InputMutator.MaximumLength];

    /// <inheritdoc/>
    protected override void Parse(Span<byte> octets)
    {
        if (octets.Length < 2)
        {
            return;
        }

        var superframe = octets[2..];
        var isKnown = SegmentSplitter.TryReadHeaderLength(superframe, out var headerLength);
        Promise.Holds(!isKnown || headerLength <= superframe.Length, "headers lie within the superframe");
        var size = octets[0] * 4;
        var count = SegmentSplitter.Count(superframe.Length, headerLength, size);
        var sum = 0;
        for (var i = 0; i < Math.Min(count, MaximumSegments); i++)
        {
            var length = SegmentSplitter.Write(superframe, headerLength, size, i, _segment);
            Promise.Holds(!isKnown || length > 0, "every segment of a superframe with known headers is written");
            Promise.Holds(length == 0 || IpPacketView.TryView(_segment.AsSpan(0, length), out _), "a segment is a packet");
            sum += Math.Max(length - headerLength, 0);
        }

        Promise.Holds(!isKnown || count > MaximumSegments || sum == superframe.Length - headerLength, "segments carry the superframe's payload");
        Promise.Holds(SegmentSplitter.Write(superframe, headerLength, size, count, _segment) == 0, "nothing follows the last segment");
        SegmentSplitter.Write(superframe, headerLength + (sbyte)octets[1], size, 0, _segment);
        SegmentSplitter.CompleteChecksum(superframe, octets[1], octets[0]);
        SegmentSplitter.CompleteChecksum(superframe);
    }
}
