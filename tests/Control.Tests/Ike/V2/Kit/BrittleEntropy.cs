using IpsecDp.Ike;

namespace Control.Tests.Ike.V2.Kit;

/// <summary>Seeded dice that can be broken.</summary>
internal sealed class BrittleEntropy(int seed) : IEntropy
{
    private readonly SeededEntropy _dice = new(seed);

    public bool IsBroken { get; set; }

    public void Fill(Span<byte> destination)
    {
        if (IsBroken)
        {
            throw new InvalidOperationException("the dice are broken");
        }

        _dice.Fill(destination);
    }
}
