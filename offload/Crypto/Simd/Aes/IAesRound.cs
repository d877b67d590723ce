using System.Runtime.Intrinsics;

namespace IpsecDp.Crypto.Simd.Aes;

/// <summary>The arithmetic of one AES round on a 16-octet state (FIPS 197 §5); loops are written once over it.</summary>
internal interface IAesRound
{
    /// <summary>ShiftRows, SubBytes, MixColumns, AddRoundKey.</summary>
    static abstract Vector128<byte> Round(Vector128<byte> state, Vector128<byte> key);

    /// <summary>The same without MixColumns.</summary>
    static abstract Vector128<byte> LastRound(Vector128<byte> state, Vector128<byte> key);

    /// <summary>The equivalent inverse cipher's round (FIPS 197 §5.3.5); its key went through <see cref="InverseMixColumns"/>.</summary>
    static abstract Vector128<byte> InverseRound(Vector128<byte> state, Vector128<byte> key);

    /// <summary>The same without the inverse MixColumns.</summary>
    static abstract Vector128<byte> InverseLastRound(Vector128<byte> state, Vector128<byte> key);

    /// <summary>What turns a round key of the cipher into one of the equivalent inverse cipher.</summary>
    static abstract Vector128<byte> InverseMixColumns(Vector128<byte> key);
}
