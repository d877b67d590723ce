namespace IpsecDp.Crypto.Simd.Gcm;

/// <summary>A number of blocks as a type: the compiler makes one kernel for each, in which every comparison with it is decided.</summary>
internal interface IBlockCount
{
    static abstract int Value { get; }
}

internal readonly struct NoBlock : IBlockCount
{
    public static int Value => 0;
}

internal readonly struct OneBlock : IBlockCount
{
    public static int Value => 1;
}

internal readonly struct TwoBlocks : IBlockCount
{
    public static int Value => 2;
}

internal readonly struct ThreeBlocks : IBlockCount
{
    public static int Value => 3;
}

internal readonly struct FourBlocks : IBlockCount
{
    public static int Value => 4;
}

internal readonly struct FiveBlocks : IBlockCount
{
    public static int Value => 5;
}

internal readonly struct SixBlocks : IBlockCount
{
    public static int Value => 6;
}

internal readonly struct SevenBlocks : IBlockCount
{
    public static int Value => 7;
}

internal readonly struct EightBlocks : IBlockCount
{
    public static int Value => 8;
}
