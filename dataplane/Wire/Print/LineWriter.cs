using System.Globalization;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Wire.Print;

/// <summary>A line of text in a span of characters; what does not fit is left out without complaint.</summary>
internal ref struct LineWriter(Span<char> line)
{
    private readonly Span<char> _line = line;

    /// <summary>Characters written.</summary>
    public int Length { get; private set; }

    public void Add(scoped ReadOnlySpan<char> text)
    {
        var room = _line[Length..];
        var taken = Math.Min(room.Length, text.Length);
        text[..taken].CopyTo(room);
        Length += taken;
    }

    public void Add(long number)
    {
        Span<char> digits = stackalloc char[20];
        number.TryFormat(digits, out var written, default, CultureInfo.InvariantCulture);
        Add(digits[..written]);
    }

    public void Add(IpAddress address)
    {
        Span<char> text = stackalloc char[IpAddressText.MaximumLength];
        Add(text[..IpAddressText.Write(address, text)]);
    }

    /// <summary>Writes 0x and the number without leading zeros, or with as many as <paramref name="digits"/> asks for.</summary>
    public void AddHex(uint number, int digits = 1)
    {
        Span<char> text = stackalloc char[8];
        number.TryFormat(text, out var written, "x", CultureInfo.InvariantCulture);
        Add("0x");
        for (var i = written; i < digits; i++)
        {
            Add("0");
        }

        Add(text[..written]);
    }
}
