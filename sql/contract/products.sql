-- What is sold, one row per product.
create table products (
    product_id varchar not null, -- [key] The company's id for the product.
    product_name varchar not null, -- Name.
    list_arr decimal(18, 2) -- [money] List price a year, in the reporting currency.
);
