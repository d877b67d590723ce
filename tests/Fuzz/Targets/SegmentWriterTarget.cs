using IpsecDp.Wire.Segments;

namespace IpsecDp.Fuzz.Targets;

/// <summary><see cref="SegmentWriter"/> against <see cref="SegmentSplitter"/>; the first two octets are the segment size and an error of the header length.</summary>
public sealed class SegmentWriterTarget() : WireTarget("segment-writer")
{
    private const int MaximumSegments = 8;

    private readonly byte[] _fast = new byte[InputMutator.MaximumLength];
    private readonly byte[] _slow = new byte[InputMutator.MaximumLength];

    /// <inheritdoc/>
    protected override void Parse(Span<byte> octets)
    {
        if (octets.Length < 2 || octets[0] == 0)
        {
            return;
        }

        var (size, error) = (octets[0] * 4, (sbyte)octets[1]);
        var superframe = octets[2..];
        var isKnown = SegmentSplitter.TryReadHeaderLength(superframe, out var headerLength);
        var isRead = SegmentWriter.TryReadHeader(superframe, headerLength + error, out var header);
        Promise.Holds(!isRead || (isKnown && error == 0), "only the headers' own length is taken");
        Promise.Holds(isRead || !isKnown || error != 0 || headerLength > superframe.Length, "headers that the splitter knows are read");
        if (!isRead || superframe.Length == headerLength)
        {
            return;
        }

        var writer = new SegmentWriter(superframe, header, size);
        Promise.Holds(writer.Count == SegmentSplitter.Count(superframe.Length, headerLength, size), "both count alike");
        for (var i = 0; i < Math.Min(writer.Count, MaximumSegments); i++)
        {
            var length = writer.Write(i, _fast);
            Promise.Holds(length == SegmentSplitter.Write(superframe, headerLength, size, i, _slow), "both write as much");
            Promise.Holds(_fast.AsSpan(0, length).SequenceEqual(_slow.AsSpan(0, length)), "both write the same");
        }
    }
}
