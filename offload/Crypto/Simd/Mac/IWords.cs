using System.Diagnostics.CodeAnalysis;

namespace IpsecDp.Crypto.Simd.Mac;

/// <summary>The arithmetic of SHA-1 and SHA-256 (FIPS 180-4 §3.2, §4.1) on vectors of 32-bit words, one message in each lane; the compressions are written once over it.</summary>
internal interface IWords<TVector>
    where TVector : unmanaged
{
    /// <summary>Words in a vector, so messages side by side.</summary>
    static abstract int Lanes { get; }

    /// <summary>The same word in every lane.</summary>
    static abstract TVector Create(uint word);

    /// <summary>Sum modulo 2^32.</summary>
    static abstract TVector Add(TVector a, TVector b);

    /// <summary>Rotation to the right by a constant.</summary>
    static abstract TVector RotateRight(TVector a, [ConstantExpected] byte count);

    /// <summary>Shift to the right by a constant, zeros from the left.</summary>
    static abstract TVector ShiftRight(TVector a, [ConstantExpected] byte count);

    /// <summary>Exclusive-or of two.</summary>
    static abstract TVector Xor(TVector a, TVector b);

    /// <summary>Exclusive-or of three: SHA-1's parity.</summary>
    static abstract TVector Xor(TVector a, TVector b, TVector c);

    /// <summary>Bits of <paramref name="a"/> where the selector has ones, of <paramref name="b"/> where it has zeros: Ch.</summary>
    static abstract TVector Choose(TVector selector, TVector a, TVector b);

    /// <summary>Of each bit, what at least two have: Maj.</summary>
    static abstract TVector Majority(TVector a, TVector b, TVector c);
}
