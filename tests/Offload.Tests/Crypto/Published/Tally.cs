using IpsecDp.Crypto;

namespace Offload.Tests.Crypto.Published;

/// <summary>How many cases of a file were carried by an ESP packet, by an AH packet, by the bare primitive, and by none.</summary>
public sealed record Tally(int Esp, int Ah, int Primitive, int NotExpressible)
{
    /// <summary>Nothing yet.</summary>
    public static Tally None { get; } = new(0, 0, 0, 0);

    /// <summary>Sums two.</summary>
    public static Tally operator +(Tally a, Tally b) => new(a.Esp + b.Esp, a.Ah + b.Ah, a.Primitive + b.Primitive, a.NotExpressible + b.NotExpressible);

    /// <summary>Fails unless the file held so many cases, so many of them ran in packets, and nearly all of the rest on the bare primitive where the engine shows it.</summary>
    public void ShouldBe(EngineUnderTest tested, int cases, int esp = 0, int ah = 0, int primitive = 0)
    {
        Assert.True(cases == Esp + Ah + Primitive + NotExpressible && esp == Esp, $"{this} of {cases} cases, {esp} in ESP");
        if (esp == 0 || tested.Engine.Supports(IntegrityAlgorithm.AesGmac))
        {
            Assert.True(ah == Ah, $"{this}, {ah} in AH");
        }

        if (tested.Primitives is not null)
        {
            Assert.True(Primitive >= primitive, $"{this}, at least {primitive} on the primitive");
        }
    }
}
