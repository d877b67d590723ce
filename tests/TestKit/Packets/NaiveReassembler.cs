namespace IpsecDp.TestKit.Packets;

/// <summary>Puts fragments together octet by octet from the header drawings of RFC 791 and RFC 8200, without the product's views.</summary>
public static class NaiveReassembler
{
    private const byte FragmentHeader = 44;

    /// <summary>The fragmentable part of the packet; throws when a piece is missing, overlaps or disagrees.</summary>
    public static byte[] Payload(IEnumerable<byte[]> fragments)
    {
        var pieces = fragments.Select(Read).OrderBy(piece => piece.Offset).ToList();
        var whole = new List<byte>();
        for (var i = 0; i < pieces.Count; i++)
        {
            if (pieces[i].Offset != whole.Count || pieces[i].More != (i < pieces.Count - 1) || pieces[i].Identification != pieces[0].Identification)
            {
                throw new InvalidDataException($"piece {i} does not fit at {whole.Count}");
            }

            whole.AddRange(pieces[i].Octets);
        }

        return [.. whole];
    }

    private static (int Offset, bool More, uint Identification, byte[] Octets) Read(byte[] fragment) => fragment[0] >> 4 == 4 ? ReadV4(fragment) : ReadV6(fragment);

    private static (int Offset, bool More, uint Identification, byte[] Octets) ReadV4(byte[] fragment)
    {
        var header = (fragment[0] & 15) * 4;
        var total = fragment[2] * 256 + fragment[3];
        return ((fragment[6] & 31) * 2048 + fragment[7] * 8, (fragment[6] & 32) != 0, (uint)(fragment[4] * 256 + fragment[5]), fragment[header..total]);
    }

    private static (int Offset, bool More, uint Identification, byte[] Octets) ReadV6(byte[] fragment)
    {
        var at = 40;
        for (var next = fragment[6]; next != FragmentHeader; next = fragment[at], at += (fragment[at + 1] + 1) * 8)
        {
            if (next is not (0 or 43 or 60))
            {
                throw new InvalidDataException("no fragment header");
            }
        }

        var word = fragment[at + 2] * 256 + fragment[at + 3];
        var identification = (uint)(fragment[at + 4] << 24 | fragment[at + 5] << 16 | fragment[at + 6] << 8 | fragment[at + 7]);
        return (word & ~7, (word & 1) != 0, identification, fragment[(at + 8)..(40 + fragment[4] * 256 + fragment[5])]);
    }
}
