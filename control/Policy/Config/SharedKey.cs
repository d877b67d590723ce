using IpsecDp.Policy.Text;

namespace IpsecDp.Policy.Config;

/// <summary>SharedKey: the octets in place or the file that holds them; exactly one of the two is set.</summary>
internal sealed record SharedKey(SourcePosition Position, KeyMaterial? InPlace, FileReference? File);
