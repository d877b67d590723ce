using IpsecDp.Wire.Print;

namespace IpsecDp.Fuzz.Targets;

/// <summary><see cref="PacketPrinter"/>.</summary>
public sealed class PrinterTarget() : WireTarget("printer")
{
    private readonly char[] _line = new char[PacketPrinter.MaximumLength];

    /// <inheritdoc/>
    protected override void Parse(Span<byte> octets)
    {
        var length = PacketPrinter.Write(octets, _line);
        Promise.Holds(length > 0 && length <= PacketPrinter.MaximumLength, "any octets print, within bounds");
        foreach (var character in _line.AsSpan(0, length))
        {
            Promise.Holds(character is >= ' ' and <= '~', "the line is printable");
        }
    }
}
