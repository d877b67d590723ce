using IpsecDp.Crypto.Platform;

namespace Offload.Tests.Crypto;

public sealed class ContextPoolTests
{
    [Fact]
    public void Rent_AfterReturn_LendsTheSameContext()
    {
        using var pool = new ContextPool<Context>(() => new Context());
        var first = pool.Rent();
        pool.Return(first);
        Assert.Same(first, pool.Rent());
    }

    [Fact]
    public void Rent_WhileOneIsLent_MakesAnother()
    {
        using var pool = new ContextPool<Context>(() => new Context());
        Assert.NotSame(pool.Rent(), pool.Rent());
    }

    [Fact]
    public void Return_ToADisposedPool_DisposesTheContext()
    {
        var pool = new ContextPool<Context>(() => new Context());
        var idle = pool.Rent();
        var lent = pool.Rent();
        pool.Return(idle);
        pool.Dispose();
        Assert.True(idle.IsDisposed);
        Assert.False(lent.IsDisposed);
        pool.Return(lent);
        Assert.True(lent.IsDisposed);
        Assert.Throws<ObjectDisposedException>(pool.Rent);
    }

    [Fact]
    public void Return_MoreThanThePoolHolds_DisposesTheSurplus()
    {
        using var pool = new ContextPool<Context>(() => new Context());
        var lent = Enumerable.Range(0, 1000).Select(_ => pool.Rent()).ToList();
        lent.ForEach(pool.Return);
        Assert.InRange(lent.Count(context => !context.IsDisposed), 1, 999);
    }

    private sealed class Context : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }
}
