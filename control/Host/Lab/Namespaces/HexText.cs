namespace IpsecDp.Host.Lab.Namespaces;

/// <summary>Hexadecimal digits of secrets, written without a string between.</summary>
internal static class HexText
{
    /// <summary>Appends two digits an octet.</summary>
    public static void Write(Stream text, ReadOnlySpan<byte> octets)
    {
        foreach (var octet in octets)
        {
            text.WriteByte(Digit(octet >> 4));
            text.WriteByte(Digit(octet & 0x0F));
        }
    }

    private static byte Digit(int value) => (byte)(value < 10 ? '0' + value : 'a' + value - 10);
}
